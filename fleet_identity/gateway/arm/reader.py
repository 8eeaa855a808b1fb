"""Reads from Azure Resource Manager: every question of the protocols, resource by resource."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster, ServicePrincipal
from fleet_identity.errors import FleetIdentityError, NeedsHumanError
from fleet_identity.gateway.arm import (
    agent_pools,
    directory,
    locks,
    maintenance,
    managed_clusters,
    managed_identities,
    networks,
    operations,
    policies,
    quotas,
    registries,
    role_assignments,
    role_definitions,
    runner,
    subscriptions,
    vaults,
    workspaces,
)
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.offered_images import OfferedImages
from fleet_identity.gateway.arm.once import Once
from fleet_identity.gateway.arm.watch import Watch
from fleet_identity.gateway.protocols import Operation
from fleet_identity.maintenance import MaintenanceConfiguration
from fleet_identity.node_pool import NodePool
from fleet_identity.permissions import RoleDefinition, Runner
from fleet_identity.resource_id import ResourceId
from fleet_identity.settings import Settings
from fleet_identity.surroundings import (
    Application,
    Cores,
    Identity,
    Lock,
    Registry,
    RoleAssignment,
    Subnet,
    TagPolicy,
    Vault,
)


class ArmReader:
    """Implements AzureReader over one connection; for what each method promises see the protocols."""

    keeps: tuple[type[FleetIdentityError], ...] = ()
    """Failures that asking again would not change in this run, and so are kept as answers are."""
    lasts = 600.0
    """Seconds for which an answer serves all clusters: a run may last weeks, and others grant roles meanwhile."""

    def __init__(self, connection: Connection, clock: Clock, settings: Settings) -> None:
        """Share one connection, and one watch over all clusters under change."""
        self.connection = connection
        self._clock = clock
        self._allow = settings.allow_list
        self.once = Once(clock, self.lasts, self.keeps)
        self._images = OfferedImages(partial(agent_pools.newest_image, connection), clock)
        self.watch = Watch(self.clusters, clock, settings.watch_interval, settings.watch_patience)

    def observed_at(self) -> datetime:
        """See AzureReader."""
        return self.connection.transport.observed_at

    async def time(self) -> datetime:
        """See AzureReader."""
        await subscriptions.read_all(self.connection)
        return self.observed_at()

    async def subscriptions(self) -> tuple[str, ...]:
        """See AzureReader."""
        return tuple(await self._tenants())

    async def tenant(self, subscription: str) -> str:
        """See AzureReader."""
        tenants = {known.lower(): tenant for known, tenant in (await self._tenants()).items()}
        return tenants.get(subscription.lower(), "")

    async def runner(self, subscriptions: Sequence[str]) -> Runner | None:
        """See AzureReader."""
        object_id, tenant = await self.who()
        if not object_id or not subscriptions:
            return None
        held = await asyncio.gather(*(self._our_roles(object_id, one) for one in subscriptions))
        by_subscription = dict(zip(subscriptions, held, strict=True))
        return runner.runner(object_id, tenant, by_subscription, await self._definitions_of(by_subscription))

    async def cluster(self, cluster_id: ResourceId) -> Cluster:
        """See AzureReader."""
        return await managed_clusters.read(self.connection, cluster_id)

    async def find_cluster(self, cluster_id: ResourceId) -> Cluster | None:
        """See AzureReader."""
        return await managed_clusters.find(self.connection, cluster_id)

    async def clusters(self, subscription: str) -> tuple[Cluster, ...]:
        """See AzureReader."""
        return await managed_clusters.read_all(self.connection, subscription)

    async def clusters_of(self, client_id: str) -> tuple[ResourceId, ...]:
        """See AzureReader."""
        seen = await asyncio.gather(*map(self._users, await self.subscriptions()))
        return tuple(cluster_id for users in seen for cluster_id in users.get(client_id.lower(), ()))

    async def maintenance(self, cluster_id: ResourceId) -> tuple[MaintenanceConfiguration, ...]:
        """See AzureReader."""
        return await maintenance.read_all(self.connection, cluster_id)

    async def until(self, cluster_id: ResourceId, predicate: Callable[[Cluster], bool]) -> Cluster:
        """See AzureReader."""
        return await self.watch.until(cluster_id, predicate)

    async def identity(self, identity_id: ResourceId) -> Identity | None:
        """See AzureReader."""
        return await managed_identities.read(self.connection, identity_id)

    async def role_assignments(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """See AzureReader."""
        return await role_assignments.held_by(self.connection, principal_id, subscription)

    async def roles_of_old_principal(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """See AzureReader."""
        read = partial(role_assignments.held_with_groups, self.connection, principal_id, subscription)
        return await self.once((principal_id, subscription), read)

    async def assignment_counts(self, subscriptions: Sequence[str]) -> Mapping[str, int]:  # noqa: ARG002
        """See AzureReader; a single cluster is not worth a list of all."""
        return {}

    async def role_definitions(self, subscription: str) -> Mapping[str, RoleDefinition]:
        """See AzureReader."""
        key = ("role definitions", subscription.lower())
        return await self.once(key, partial(role_definitions.read_all, self.connection, subscription))

    async def registry(self, registry_id: ResourceId) -> Registry | None:
        """See AzureReader."""
        return await registries.read(self.connection, registry_id)

    async def locks(self, subscription: str) -> tuple[Lock, ...]:
        """See AzureReader."""
        return await locks.read_all(self.connection, subscription)

    async def tag_policies(self, subscription: str) -> tuple[TagPolicy, ...]:
        """See AzureReader."""
        key = ("tag policies", subscription.lower())
        return await self.once(key, partial(policies.tag_policies, self.connection, subscription))

    async def cores(self, subscription: str, location: str) -> Cores | None:
        """See AzureReader."""
        return await quotas.cores(self.connection, subscription, location)

    async def newest_image(self, cluster: Cluster, pool: NodePool) -> str | None:
        """See AzureReader."""
        return await self._images.now(cluster, pool)

    async def offered_image(self, cluster: Cluster, pool: NodePool) -> str | None:
        """See AzureReader."""
        return await self._images.for_plan(cluster, pool)

    async def newest_patch(self, cluster: Cluster, pool: NodePool) -> str | None:
        """See AzureReader."""
        return await agent_pools.newest_patch(self.connection, cluster, pool)

    async def subnet(self, subnet_id: ResourceId) -> Subnet:
        """See AzureReader."""
        return await networks.read_subnet(self.connection, subnet_id)

    async def vaults(self, subscription: str) -> tuple[Vault, ...]:
        """See AzureReader."""
        key = ("vaults", subscription.lower())
        return await self.once(key, partial(vaults.read_all, self.connection, subscription))

    async def vault(self, subscription: str, named: ResourceId | str) -> Vault | None:
        """See AzureReader."""
        if isinstance(named, ResourceId):
            return await vaults.read(self.connection, named)
        for one in dict.fromkeys((subscription, *await self.subscriptions())):
            for vault in await self.vaults(one):
                if vault.id.name.lower() == named.lower():
                    return vault
        return None

    async def workspace_exists(self, workspace_id: ResourceId) -> bool:
        """See AzureReader."""
        return await workspaces.exists(self.connection, workspace_id)

    async def application(self, client_id: str) -> Application | None:
        """See AzureReader."""
        read = partial(directory.applications, self.connection, (client_id,))
        return (await self.once(("application", client_id.lower()), read)).get(client_id.lower())

    async def failure(self, operation: Operation) -> FleetIdentityError | None:
        """See AzureReader."""
        return await operations.failure(self.connection, operation)

    async def who(self) -> tuple[str, str]:
        """Tell our own object id and tenant; "" where our token can't be read."""
        return await self.once("who", lambda: runner.who(self.connection))

    async def _our_roles(self, object_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """What we hold ourselves, through groups too; ARM tells it of a user as of a service principal."""
        read = partial(role_assignments.held_with_groups, self.connection, object_id, subscription)
        return await self.once(("our roles", subscription.lower()), read)

    async def _definitions_of(self, held: Mapping[str, tuple[RoleAssignment, ...]]) -> dict[str, RoleDefinition]:
        """What roles permit, by GUID; a further subscription is asked only for one that those before do not know."""
        found: dict[str, RoleDefinition] = {}
        for subscription, assignments in held.items():
            if any(one.role.guid not in found for one in assignments):
                found |= await self.role_definitions(subscription)
        return found

    async def _tenants(self) -> dict[str, str]:
        return await self.once("subscriptions", lambda: subscriptions.read_all(self.connection))

    async def _users(self, subscription: str) -> dict[str, list[ResourceId]]:
        """Sort the clusters of a subscription by their service principal; none where they may not be listed."""
        try:
            listed = await self.once(("clusters", subscription), partial(self.clusters, subscription))
        except NeedsHumanError:
            return {}
        users: dict[str, list[ResourceId]] = {}
        for cluster in listed:
            if isinstance(cluster.identity, ServicePrincipal):
                users.setdefault(cluster.identity.client_id.lower(), []).append(cluster.id)
        return users
