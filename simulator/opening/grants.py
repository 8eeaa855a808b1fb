"""Role assignments as a world describes them; they are effective from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.resource_id import key, subscription_of
from simulator.role_assignments.models import RoleAssignment

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.world.models import RoleAssignment as DescribedAssignment


def add_assignment(azure: Azure, described_assignment: DescribedAssignment) -> None:
    """A grant that is as old as it takes to be effective."""
    role = azure.roles.named(described_assignment.role)
    if role is None:
        raise AssertionError(described_assignment.role)
    principal = _principal_id(azure, described_assignment.principal)
    scope = described_assignment.scope.rstrip("/")
    azure.role_assignments.add(
        RoleAssignment(
            name=derived_guid(principal, role.guid, key(scope)),
            scope=scope,
            role=role,
            role_definition_id=f"/subscriptions/{subscription_of(scope)}"
            f"/providers/Microsoft.Authorization/roleDefinitions/{role.guid}",
            principal_id=principal,
            principal_type="ServicePrincipal",
            description=None,
            created_on=azure.now - azure.world.timing.role_propagation,
            effective_from=azure.now,
        )
    )


def _principal_id(azure: Azure, name: str) -> str:
    if name.startswith("kubelet:"):
        wanted = name.removeprefix("kubelet:")
        return next(c.kubelet_in_force.principal_id for c in azure.clusters.values() if c.name == wanted)
    for principal in azure.world.service_principals:
        if principal.name == name:
            return principal.principal_id
    return next(i.principal_id for i in azure.identities.values() if i.name == name)
