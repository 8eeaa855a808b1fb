"""Removes from Azure what an undone preparation leaves: grants and identities that are ours."""

from fleet_identity.errors import TerminalError
from fleet_identity.gateway.arm import managed_identities, role_assignments
from fleet_identity.gateway.arm.reader import ArmReader
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import RoleAssignment


class ArmRemover(ArmReader):
    """Implements AzureRemover over one connection; for what each method promises see the protocols."""

    async def all_held(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """See AzureRemover."""
        return await role_assignments.held_with_groups(self.connection, principal_id, subscription)

    async def granted_on(self, resource: ResourceId) -> tuple[RoleAssignment, ...]:
        """See AzureRemover."""
        return await role_assignments.granted_on(self.connection, resource)

    async def federated_credentials(self, identity_id: ResourceId) -> tuple[str, ...]:
        """See AzureRemover."""
        return await managed_identities.federated(self.connection, identity_id)

    async def remove_role(self, assignment: RoleAssignment) -> None:
        """See AzureRemover; whatever a plan says, an assignment that we have not made is not deleted."""
        if not assignment.ours:
            raise TerminalError(f"{assignment.role.name} on {assignment.scope.name} was granted by somebody else.")
        await role_assignments.delete(self.connection, assignment)

    async def remove_identity(self, identity_id: ResourceId) -> None:
        """See AzureRemover."""
        await managed_identities.delete(self.connection, identity_id)
