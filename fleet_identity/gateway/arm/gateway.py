"""The gateway to Azure Resource Manager: every question and change of the protocols, resource by resource."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Hashable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster
from fleet_identity.errors import FleetIdentityError
from fleet_identity.gateway.arm import (
    agent_pools,
    directory,
    locks,
    managed_clusters,
    managed_identities,
    operations,
    registries,
    role_assignments,
    subnets,
    subscriptions,
)
from fleet_identity.gateway.arm.connection import Connection, connect
from fleet_identity.gateway.arm.watch import Watch
from fleet_identity.gateway.protocols import Operation
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import Role
from fleet_identity.settings import Settings
from fleet_identity.surroundings import Identity, Lock, Registry, RoleAssignment

T = TypeVar("T")


class ArmGateway:
    """Implements AzureWriter over one connection; for what each method promises see the protocols."""

    def __init__(self, connection: Connection, clock: Clock, settings: Settings) -> None:
        """Share one connection, and one watch over all clusters under change."""
        self._connection = connection
        self._read: dict[Hashable, asyncio.Task[Any]] = {}
        self.watch = Watch(self.clusters, clock, settings.watch_interval, settings.watch_patience)

    def observed_at(self) -> datetime:
        """See AzureReader."""
        return self._connection.transport.observed_at

    async def subscriptions(self) -> tuple[str, ...]:
        """See AzureReader."""
        return await self._once("subscriptions", lambda: subscriptions.read_all(self._connection))

    async def cluster(self, cluster_id: ResourceId) -> Cluster:
        """See AzureReader."""
        return await managed_clusters.read(self._connection, cluster_id)

    async def clusters(self, subscription: str) -> tuple[Cluster, ...]:
        """See AzureReader."""
        return await managed_clusters.read_all(self._connection, subscription)

    async def until(self, cluster_id: ResourceId, predicate: Callable[[Cluster], bool]) -> Cluster:
        """See AzureReader."""
        return await self.watch.until(cluster_id, predicate)

    async def identity(self, identity_id: ResourceId) -> Identity | None:
        """See AzureReader."""
        return await managed_identities.read(self._connection, identity_id)

    async def role_assignments(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """See AzureReader."""
        return await role_assignments.held_by(self._connection, principal_id, subscription)

    async def roles_of_old_principal(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """See AzureReader."""
        read = partial(role_assignments.held_with_groups, self._connection, principal_id, subscription)
        return await self._once((principal_id, subscription), read)

    async def registry(self, registry_id: ResourceId) -> Registry | None:
        """See AzureReader."""
        return await registries.read(self._connection, registry_id)

    async def locks(self, subscription: str) -> tuple[Lock, ...]:
        """See AzureReader."""
        return await locks.read_all(self._connection, subscription)

    async def newest_image(self, cluster_id: ResourceId, pool: str) -> str | None:
        """See AzureReader."""
        return await agent_pools.newest_image(self._connection, cluster_id, pool)

    async def route_table(self, subnet_id: ResourceId) -> ResourceId | None:
        """See AzureReader."""
        return await subnets.route_table(self._connection, subnet_id)

    async def service_principal(self, client_id: str) -> str | None:
        """See AzureReader."""
        return await directory.service_principal(self._connection, client_id)

    async def failure(self, operation: Operation) -> FleetIdentityError | None:
        """See AzureReader."""
        return await operations.failure(self._connection, operation)

    async def create_identity(self, identity_id: ResourceId, location: str) -> Identity:
        """See AzureWriter."""
        return await managed_identities.create(self._connection, identity_id, location)

    async def assign_role(self, scope: ResourceId, role: Role, principal_id: str) -> None:
        """See AzureWriter."""
        await role_assignments.create(self._connection, scope, role, principal_id)

    async def switch_identity(
        self, cluster: Cluster, identity_id: ResourceId, tags: Mapping[str, str]
    ) -> Operation | None:
        """See AzureWriter."""
        return await managed_clusters.put_identity(self._connection, cluster, identity_id, tags)

    async def upgrade_node_image(self, cluster_id: ResourceId, pool: str) -> Operation | None:
        """See AzureWriter."""
        return await agent_pools.upgrade_node_image(self._connection, cluster_id, pool)

    async def _once(self, key: Hashable, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Read what all clusters of a run ask for alike only once; a failure is not kept."""
        if key not in self._read:
            self._read[key] = asyncio.create_task(read())
        try:
            return await asyncio.shield(self._read[key])
        except Exception:
            self._read.pop(key, None)
            raise


@asynccontextmanager
async def open_gateway(settings: Settings, clock: Clock) -> AsyncGenerator[ArmGateway]:
    """Open the gateway for the length of a run."""
    async with connect(settings, clock) as connection:
        gateway = ArmGateway(connection, clock, settings)
        try:
            yield gateway
        finally:
            await gateway.watch.close()
