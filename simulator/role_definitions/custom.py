"""Roles that a world defines beside Azure's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.role_definitions.built_in import BUILT_IN
from simulator.role_definitions.models import Role

if TYPE_CHECKING:
    from simulator.world.models import World
    from simulator.world.runner import RoleDefinition


class Roles:
    """All roles of a world, Azure's own first."""

    def __init__(self, world: World) -> None:
        self.all = (*BUILT_IN, *(_custom(described) for described in world.role_definitions))
        self._by_name = {role.name.lower(): role for role in self.all}
        self._by_guid = {role.guid: role for role in self.all}

    def named(self, name: str) -> Role | None:
        """The role of a name, in any casing."""
        return self._by_name.get(name.lower())

    def of(self, definition_id: str) -> Role | None:
        """The role of a role definition's id."""
        return self._by_guid.get(definition_id.rpartition("/")[2].lower())


def _custom(described: RoleDefinition) -> Role:
    return Role(
        name=described.name,
        guid=derived_guid("role", described.name),
        actions=tuple(described.actions),
        not_actions=tuple(described.not_actions),
        data_actions=tuple(described.data_actions),
        assignable_scopes=tuple(described.assignable_scopes),
        type="CustomRole",
    )
