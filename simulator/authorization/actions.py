"""Which action a request is, in Azure's words, and at which scope.

Source: Microsoft Learn, Azure RBAC: an action is the provider, the types of the resource, and what is done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERBS: Mapping[str, str] = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
_PROVIDER = re.compile(r"^(?P<parent>.*)/providers/(?P<provider>[^/]+)/(?P<rest>.+)$", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"^/subscriptions/[^/]+(?P<rest>/.*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a caller wants to do, and where."""

    name: str
    scope: str


def action_of(method: str, path: str) -> Action | None:
    """The action of a request; None where nothing needs a right."""
    path = path.rstrip("/")
    if found := _PROVIDER.match(path):
        return _of_provider(method, found["parent"], found["provider"], found["rest"].split("/"))
    if found := _SUBSCRIPTION.match(path):
        return _of_subscription(method, path, (found["rest"] or "").lower().split("/"))
    return None


def _of_provider(method: str, parent: str, provider: str, segments: list[str]) -> Action:
    """Types and names alternate; a POST ends with what is done, a list with a type."""
    done = _VERBS.get(method, "action")
    types, names = segments[::2], segments[1::2]
    ends_with_type = len(types) > len(names)
    inner = segments[:-1] if ends_with_type else segments
    at = f"{parent}/providers/{provider}/{'/'.join(inner)}" if inner else parent
    return Action(name=f"{provider}/{'/'.join(types)}/{done}", scope=at or "/")


def _of_subscription(method: str, path: str, segments: list[str]) -> Action:
    """Subscriptions and resource groups are resources of Microsoft.Resources."""
    kind = "Microsoft.Resources/subscriptions"
    if "resourcegroups" in segments:
        kind += "/resourceGroups"
    elif "resources" in segments:
        kind += "/resources"
    is_list = segments[-1] in {"resourcegroups", "resources"}
    scope = path.rpartition("/")[0] if is_list else path
    return Action(name=f"{kind}/{_VERBS.get(method, 'action')}", scope=scope)
