"""Management locks, and what they refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from simulator.errors import from_arm
from simulator.resource_id import is_within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.azure import Azure

KIND = "Microsoft.Authorization/locks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A management lock."""

    name: str
    scope: str
    level: Literal["CanNotDelete", "ReadOnly"]


def refuse_locked(azure: Azure, method: str, scope: str) -> None:
    """Refuse a write that a lock at or above its scope forbids (Microsoft Learn: lock resources)."""
    above = [lock for lock in azure.locks if is_within(scope, lock.scope)]
    if method == "DELETE":
        _refuse("delete", scope, above)
    else:
        _refuse("write", scope, (lock for lock in above if lock.level == "ReadOnly"))


def refuse_node_roll(azure: Azure, node_resource_group: str) -> None:
    """Refuse to replace nodes where any lock touches their resource group (Azure/AKS#3291)."""
    touching = (
        lock
        for lock in azure.locks
        if is_within(lock.scope, node_resource_group) or is_within(node_resource_group, lock.scope)
    )
    _refuse("delete", node_resource_group, touching)


def _refuse(verb: str, scope: str, locks: Iterable[Lock]) -> None:
    scopes = ", ".join(f"'{lock.scope}'" for lock in locks)
    if scopes:
        raise from_arm(
            409,
            "ScopeLocked",
            f"The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: "
            f"{scopes}. Please remove the lock and try again.",
        )
