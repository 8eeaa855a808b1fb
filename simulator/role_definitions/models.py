"""What a role is: a name and the actions that it permits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_DATA_ACTION = re.compile(
    r"Microsoft\.(KeyVault/vaults/(keys|secrets|certificates)/"
    r"|ContainerRegistry/registries/(repositories|catalog)/"
    r"|Insights/(Metrics|Telemetry)/Write$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role: one of Azure's own, or a custom one."""

    name: str
    guid: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    assignable_scopes: tuple[str, ...] = ("/",)
    type: Literal["BuiltInRole", "CustomRole"] = "BuiltInRole"

    def permits(self, action: str) -> bool:
        """Whether the role permits an action of the control plane, or a data action."""
        if is_data_action(action):
            return _any_matches(self.data_actions, action)
        return _any_matches(self.actions, action) and not _any_matches(self.not_actions, action)


def is_data_action(action: str) -> bool:
    """Whether an action is on data: a `*` among a role's actions does not mean it (Microsoft Learn: Azure RBAC)."""
    return _DATA_ACTION.match(action) is not None


def _any_matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(matches(pattern, action) for pattern in patterns)


def matches(pattern: str, action: str) -> bool:
    """Whether an action is one that a pattern means."""
    return _compiled(pattern).fullmatch(action) is not None


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A `*` in an action stands for anything, `/` included (Microsoft Learn: role definitions)."""
    return re.compile(re.escape(pattern).replace(r"\*", ".*"), re.IGNORECASE)
