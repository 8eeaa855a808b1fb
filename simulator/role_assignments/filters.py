"""The `$filter` of a list of role assignments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.errors import from_arm

_AT_SCOPE = re.compile(r"atScope\(\)", re.IGNORECASE)
_PRINCIPAL = re.compile(r"principalId eq\s*'?(?P<id>[^')]+)'?", re.IGNORECASE)
_ASSIGNED = re.compile(r"assignedTo\(\s*'?(?P<id>[^')]+)'?\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to."""

    at_scope: bool = False
    """Without what lies below the scope."""
    principals: tuple[str, ...] = ()
    assigned_to: tuple[str, ...] = ()
    """Whoever's groups count as well (Microsoft Learn: list role assignments)."""


def parse(text: str) -> Filter:
    """A filter of `atScope()`, `principalId eq '..'` and `assignedTo('..')`, joined by `and`."""
    at_scope, principals, assigned = False, list[str](), list[str]()
    for term in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if text.strip() else ():
        if _AT_SCOPE.fullmatch(term):
            at_scope = True
        elif found := _PRINCIPAL.fullmatch(term):
            principals.append(found["id"].lower())
        elif found := _ASSIGNED.fullmatch(term):
            assigned.append(found["id"].lower())
        else:
            raise from_arm(400, "UnsupportedQuery", f"The filter '{term}' is not supported.")
    return Filter(at_scope=at_scope, principals=tuple(principals), assigned_to=tuple(assigned))
