"""The fleet that is migrated: every cluster alike, so that the time it must take can be computed.

Each has two pools on an old node image in a subnet of its own, a route table and a registry. They lie in subscriptions
of at most 40, as in a real fleet: Azure bounds what one subscription may ask for (Microsoft Learn, quotas and limits
of AKS), and a thousand clusters in one would measure that bound. Grants are in effect at once: a fleet waits for them
once, side by side, before anything that is measured here.
"""

import math
from collections.abc import Iterator
from typing import Any

from simulator.guid import derived_guid

UPDATE_MINUTES, ROLL_MINUTES, POOLS = 12, 10, ("system", "apps")
SHARE = 20
"""Percent of the fleet that may be changed at once."""
CLUSTERS_OF_A_SUBSCRIPTION = 40
_FAMILY, _OLD, _NEW = "AKSUbuntu-2204gen2containerd", "202610.05.0", "202611.02.0"


def fleet_world(clusters: int) -> dict[str, Any]:
    """A world of so many clusters on service principals, one principal a subscription."""
    subscriptions = [_subscription(number) for number in range(-(-clusters // CLUSTERS_OF_A_SUBSCRIPTION))]
    members = [(number, subscriptions[number % len(subscriptions)]) for number in range(clusters)]
    return {
        "starts_at": "2026-11-02T06:00:00Z",
        "timing": {"update": f"{UPDATE_MINUTES}m", "reimage": f"{ROLL_MINUTES}m", "role_propagation": 0},
        "subscriptions": subscriptions,
        "images": {_FAMILY: [_OLD, _NEW]},
        "service_principals": [{"name": f"sp-{one['name']}"} for one in subscriptions],
        "registries": [_registry(one) for one in subscriptions],
        "clusters": [_cluster(number, one) for number, one in members],
        "role_assignments": [
            *(grant for one in subscriptions for grant in _shared_grants(one)),
            *(_grant(one, "Network Contributor", _subnet(number, one)) for number, one in members),
        ],
    }


def at_a_time(clusters: int) -> int:
    """How many clusters may be changed at once."""
    return max(clusters * SHARE // 100, 1)


def ideal_minutes(clusters: int) -> int:
    """The critical path: as many waves as there must be, each as long as Azure needs for one cluster."""
    return math.ceil(clusters / at_a_time(clusters)) * (UPDATE_MINUTES + ROLL_MINUTES * len(POOLS))


def route_table_of(subscription: str) -> str:
    """The route table of all subnets of a subscription."""
    return f"{_network(subscription)}/routeTables/egress"


def registry_of(subscription: str) -> str:
    """The registry from which all clusters of a subscription pull."""
    group = f"/subscriptions/{subscription}/resourceGroups/rg-shared"
    return f"{group}/providers/Microsoft.ContainerRegistry/registries/{_registry_name(subscription)}"


def _subscription(number: int) -> dict[str, str]:
    return {"id": derived_guid("benchmark", str(number)), "name": f"landing-zone-{number + 1:02d}"}


def _registry(subscription: dict[str, str]) -> dict[str, str]:
    name = _registry_name(subscription["id"])
    return {"name": name, "resource_group": "rg-shared", "subscription": subscription["id"]}


def _registry_name(subscription: str) -> str:
    return f"acr{subscription.replace('-', '')}"


def _cluster(number: int, subscription: dict[str, str]) -> dict[str, Any]:
    pool = {"image": _OLD, "subnet": _subnet(number, subscription)}
    return {
        "name": f"aks-{number + 1:04d}",
        "resource_group": "rg-aks",
        "subscription": subscription["id"],
        "identity": {"service_principal": f"sp-{subscription['name']}"},
        "node_pools": [
            {**pool, "name": name, "mode": "User" if order else "System"} for order, name in enumerate(POOLS)
        ],
        "network": {"route_table": route_table_of(subscription["id"])},
        "pulls_from": [_registry_name(subscription["id"])],
        "one_pool_at_a_time": True,
    }


def _shared_grants(subscription: dict[str, str]) -> Iterator[dict[str, str]]:
    yield _grant(subscription, "Network Contributor", route_table_of(subscription["id"]))
    yield _grant(subscription, "AcrPull", registry_of(subscription["id"]))


def _grant(subscription: dict[str, str], role: str, scope: str) -> dict[str, str]:
    return {"principal": f"sp-{subscription['name']}", "role": role, "scope": scope}


def _network(subscription: str) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/rg-network/providers/Microsoft.Network"


def _subnet(number: int, subscription: dict[str, str]) -> str:
    return f"{_network(subscription['id'])}/virtualNetworks/vnet/subnets/snet-{number + 1:04d}"
