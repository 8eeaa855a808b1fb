"""What a role is: a name and the actions that it permits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A built-in role of Azure."""

    name: str
    guid: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()

    def permits(self, action: str) -> bool:
        """Whether the role permits an action of the control plane, or a data action."""
        if _any_matches(self.data_actions, action):
            return True
        return _any_matches(self.actions, action) and not _any_matches(self.not_actions, action)


def _any_matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(_compiled(pattern).fullmatch(action) for pattern in patterns)


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A `*` in an action stands for anything, `/` included (Microsoft Learn: role definitions)."""
    return re.compile(re.escape(pattern).replace(r"\*", ".*"), re.IGNORECASE)
