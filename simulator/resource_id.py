"""ARM resource ids: how they are compared, nested and taken apart."""

from __future__ import annotations

import re

_GROUP = re.compile(r"^/subscriptions/(?P<subscription>[^/]+)(/resourcegroups/(?P<group>[^/]+))?", re.IGNORECASE)


def key(resource_id: str) -> str:
    """The form under which ids are equal: ARM compares them without regard to case."""
    return resource_id.rstrip("/").lower()


def is_within(inner: str, outer: str) -> bool:
    """Whether a scope is the other one or lies below it; `/` contains every scope."""
    inner_key, outer_key = key(inner), key(outer)
    return inner_key == outer_key or inner_key.startswith(outer_key + "/")


def subscription_of(resource_id: str) -> str | None:
    """The subscription that an id lies in."""
    found = _GROUP.match(resource_id)
    return found["subscription"] if found else None


def group_of(resource_id: str) -> str | None:
    """The resource group that an id lies in."""
    found = _GROUP.match(resource_id)
    return found["group"] if found else None


def name_of(resource_id: str) -> str:
    """The last segment of an id."""
    return resource_id.rstrip("/").rpartition("/")[2]


def network_of(subnet: str) -> str:
    """The id of the virtual network that a subnet lies in."""
    return subnet[: subnet.lower().rindex("/subnets/")]


def group_id(subscription: str, group: str) -> str:
    """The id of a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}"


def resource_id(subscription: str, group: str, kind: str, name: str) -> str:
    """The id of a resource, with `resourcegroups` in lower case as AKS and Managed Identity answer it.

    Source: recordings of Azure CLI test traffic.
    """
    return f"/subscriptions/{subscription}/resourcegroups/{group}/providers/{kind}/{name}"
