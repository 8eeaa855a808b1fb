"""The gateway to Azure Resource Manager: what the reader asks, and every change of the protocols."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster
from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.arm import agent_pools, managed_clusters, managed_identities, role_assignments, run_command
from fleet_identity.gateway.arm.connection import connect
from fleet_identity.gateway.arm.own_rights import own_rights
from fleet_identity.gateway.arm.reader import ArmReader
from fleet_identity.gateway.protocols import Identities, Operation
from fleet_identity.inside import Inside
from fleet_identity.new_cluster import NewCluster
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import OWNER, Role
from fleet_identity.settings import Settings
from fleet_identity.surroundings import Identity


class ArmGateway(ArmReader):
    """Implements AzureWriter over one connection; for what each method promises see the protocols."""

    async def create_identity(self, identity_id: ResourceId, location: str, tags: Mapping[str, str]) -> Identity:
        """See AzureWriter."""
        return await managed_identities.create(self.connection, identity_id, location, tags)

    async def assign_role(self, scope: ResourceId, role: Role, principal_id: str) -> None:
        """See AzureWriter; whatever a plan says, what the operator does not permit is not sent."""
        if not self._allow.permits(role) or role == OWNER:
            raise NeedsHumanError(
                f"{role.name} is not among the roles that may be granted; let the operator add it "
                "(FLEET_IDENTITY_GRANTED_ROLES), or grant it by hand."
            )
        await role_assignments.create(self.connection, scope, role, principal_id)

    async def put_cluster(self, cluster: Cluster, identities: Identities) -> Operation | None:
        """See AzureWriter."""
        async with own_rights(self._object_id):
            return await managed_clusters.put(self.connection, cluster, identities)

    async def create_cluster(self, cluster: NewCluster, identities: Identities) -> Operation | None:
        """See AzureWriter."""
        async with own_rights(self._object_id):
            return await managed_clusters.create(self.connection, cluster, identities)

    async def upgrade_node_image(self, cluster_id: ResourceId, pool: str) -> Operation | None:
        """See AzureWriter."""
        async with own_rights(self._object_id):
            return await agent_pools.upgrade_node_image(self.connection, cluster_id, pool)

    async def upgrade_pool(self, cluster_id: ResourceId, pool: str, version: str) -> Operation | None:
        """See AzureWriter."""
        async with own_rights(self._object_id):
            return await agent_pools.upgrade(self.connection, cluster_id, pool, version)

    async def look_inside(self, cluster_id: ResourceId) -> Inside:
        """See AzureWriter."""
        return await run_command.look_inside(self.connection, cluster_id, self._clock)

    async def _object_id(self) -> str:
        return (await self.who())[0]


@asynccontextmanager
async def open_gateway(settings: Settings, clock: Clock) -> AsyncGenerator[ArmGateway]:
    """Open the gateway for the length of a run."""
    async with connect(settings, clock) as connection:
        gateway = ArmGateway(connection, clock, settings)
        try:
            yield gateway
        finally:
            await gateway.watch.close()
