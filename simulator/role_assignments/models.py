"""Role assignments: who may do what where, and from when on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.resource_id import key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from simulator.role_definitions.models import Role

KIND = "Microsoft.Authorization/roleAssignments"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """A grant."""

    name: str
    scope: str
    role: Role
    role_definition_id: str
    principal_id: str
    principal_type: str
    description: str | None
    created_on: datetime
    effective_from: datetime
    condition: str | None = None
    """Held against what a caller asks of ARM, and nothing else."""
    by: str | None = derived_guid("client", "principal")
    """The object id of who granted it."""

    @property
    def id(self) -> str:
        """The ARM id."""
        return f"{self.scope}/providers/{KIND}/{self.name}"


class RoleAssignments:
    """All grants, found by id or by principal."""

    def __init__(self) -> None:
        self._by_id: dict[str, RoleAssignment] = {}
        self._by_principal: dict[str, dict[str, RoleAssignment]] = defaultdict(dict)

    def __iter__(self) -> Iterator[RoleAssignment]:
        """All grants, in the order of their making."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """How many there are."""
        return len(self._by_id)

    def add(self, assignment: RoleAssignment) -> None:
        """Grant."""
        self._by_id[key(assignment.id)] = assignment
        self._by_principal[assignment.principal_id.lower()][key(assignment.id)] = assignment

    def remove(self, assignment: RoleAssignment) -> None:
        """Take a grant away."""
        del self._by_id[key(assignment.id)]
        del self._by_principal[assignment.principal_id.lower()][key(assignment.id)]

    def find(self, assignment_id: str) -> RoleAssignment | None:
        """The grant of an id."""
        return self._by_id.get(key(assignment_id))

    def of(self, principal_id: str) -> list[RoleAssignment]:
        """The grants of a principal."""
        return list(self._by_principal.get(principal_id.lower(), {}).values())
