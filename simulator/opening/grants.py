"""Role assignments as a world describes them; they are effective from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.opening.directory import group_id, group_of
from simulator.opening.identities import made_by_aks
from simulator.resource_id import key, subscription_of
from simulator.role_assignments.grant import type_of
from simulator.role_assignments.models import RoleAssignment

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.world.models import RoleAssignment as DescribedAssignment


def add_assignment(azure: Azure, described_assignment: DescribedAssignment) -> None:
    """A grant that is as old as it takes to be effective."""
    role = azure.roles.named(described_assignment.role)
    if role is None:
        raise AssertionError(described_assignment.role)
    principal = principal_id(azure, described_assignment.principal)
    scope = described_assignment.scope.rstrip("/")
    azure.role_assignments.add(
        RoleAssignment(
            name=derived_guid(principal, role.guid, key(scope)),
            scope=scope,
            role=role,
            role_definition_id=f"/subscriptions/{subscription_of(scope)}"
            f"/providers/Microsoft.Authorization/roleDefinitions/{role.guid}",
            principal_id=principal,
            principal_type=type_of(azure, principal),
            description=None,
            condition=described_assignment.condition,
            created_on=azure.now - azure.world.timing.role_propagation,
            effective_from=azure.now,
        )
    )


def add_groups(azure: Azure) -> None:
    """Groups, when all that they may have as members is there."""
    for group in azure.world.groups:
        members = tuple(principal_id(azure, name) for name in group.members)
        azure.directory.add_group(group_of(group, members))


def principal_id(azure: Azure, name: str) -> str:
    """The object id of what a world calls by a name."""
    if ":" in name:
        return made_by_aks(azure, *name.split(":"))
    for principal in azure.world.service_principals:
        if principal.name == name:
            return principal.principal_id
    for group in azure.world.groups:
        if group.name == name:
            return group_id(group)
    return next(i.principal_id for i in azure.identities.values() if i.name == name)
