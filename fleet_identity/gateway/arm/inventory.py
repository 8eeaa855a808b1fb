"""Answers the questions of many plans from a few lists: one of each kind a subscription, for any number of clusters.

For assessments, which change nothing: what a list showed is not read again. Requests grow with subscriptions, with
distinct combinations of region, image family and Kubernetes minor version, and with batches of principals.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from fleet_identity.cluster import Cluster, ServicePrincipal
from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.arm import (
    directory,
    locks,
    managed_clusters,
    managed_identities,
    networks,
    quotas,
    registries,
    role_assignments,
    workspaces,
)
from fleet_identity.gateway.arm.reader import ArmReader
from fleet_identity.node_image import family_of
from fleet_identity.node_pool import NodePool
from fleet_identity.record import recorded_principals
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Application, Cores, Identity, Lock, Registry, RoleAssignment, Subnet
from fleet_identity.versions import minor

Assignments = Mapping[str, tuple[RoleAssignment, ...]]
"""Of a subscription, by principal in lower case."""


class Inventory(ArmReader):
    """Implements AzureReader from lists; for what each method promises see the protocols."""

    keeps = (NeedsHumanError,)
    """What may not be read is asked for once, not once for each of a thousand clusters."""
    lasts = float("inf")
    """An assessment is one look; whoever wants another makes another inventory."""

    async def clusters(self, subscription: str) -> tuple[Cluster, ...]:
        """See AzureReader."""
        read = partial(managed_clusters.read_all, self.connection, subscription)
        return await self.once(("listed clusters", subscription.lower()), read)

    async def cluster(self, cluster_id: ResourceId) -> Cluster:
        """See AzureReader."""
        for listed in await self.clusters(cluster_id.subscription):
            if listed.id == cluster_id:
                return listed
        return await super().cluster(cluster_id)

    async def identity(self, identity_id: ResourceId) -> Identity | None:
        """See AzureReader."""
        subscription = identity_id.subscription
        read = partial(managed_identities.read_all, self.connection, subscription)
        return (await self.once(("identities", subscription.lower()), read)).get(identity_id)

    async def role_assignments(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """See AzureReader."""
        return (await self._assignments(subscription)).get(principal_id.lower(), ())

    async def roles_of_old_principal(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """See AzureReader."""
        assignments, groups = await asyncio.gather(self._assignments(subscription), self._groups())
        holders = (principal_id.lower(), *sorted(groups.get(principal_id.lower(), ())))
        return tuple(one for holder in holders for one in assignments.get(holder, ()))

    async def assignment_counts(self, subscriptions: Sequence[str]) -> Mapping[str, int]:
        """See AzureReader; those of management groups don't count against a subscription."""
        listed = await asyncio.gather(*map(self._assignments, subscriptions))
        return {
            subscription.lower(): sum(bool(one.scope.subscription) for held in found.values() for one in held)
            for subscription, found in zip(subscriptions, listed, strict=True)
        }

    async def registry(self, registry_id: ResourceId) -> Registry | None:
        """See AzureReader; one in a subscription that we don't see is asked for by itself."""
        subscription = registry_id.subscription.lower()
        if subscription in {one.lower() for one in await self.subscriptions()}:
            read = partial(registries.read_all, self.connection, subscription)
            return (await self.once(("registries", subscription), read)).get(registry_id)
        return await self.once(("registry", registry_id), partial(super().registry, registry_id))

    async def locks(self, subscription: str) -> tuple[Lock, ...]:
        """See AzureReader."""
        return await self.once(("locks", subscription.lower()), partial(locks.read_all, self.connection, subscription))

    async def cores(self, subscription: str, location: str) -> Cores | None:
        """See AzureReader."""
        key = ("cores", subscription.lower(), location.lower())
        return await self.once(key, partial(quotas.cores, self.connection, subscription, location))

    async def offered_image(self, cluster: Cluster, pool: NodePool) -> str | None:
        """See AzureReader; one pool speaks for all of its region, image family and Kubernetes minor version."""
        key = ("image", cluster.location.lower(), family_of(pool.image), minor(pool.kubernetes_version))
        return await self.once(key, partial(self.newest_image, cluster, pool))

    async def newest_patch(self, cluster: Cluster, pool: NodePool) -> str | None:
        """See AzureReader; one pool speaks for all of its region and versions."""
        key = ("patch", cluster.location.lower(), cluster.kubernetes_version, pool.kubernetes_version)
        return await self.once(key, partial(super().newest_patch, cluster, pool))

    async def subnet(self, subnet_id: ResourceId) -> Subnet:
        """See AzureReader."""
        subscription = subnet_id.subscription
        read = partial(networks.read_all_subnets, self.connection, subscription)
        found = (await self.once(("subnets", subscription.lower()), read)).get(subnet_id)
        return found or await self.once(("subnet", subnet_id), partial(super().subnet, subnet_id))

    async def workspace_exists(self, workspace_id: ResourceId) -> bool:
        """See AzureReader."""
        subscription = workspace_id.subscription
        read = partial(workspaces.read_all, self.connection, subscription)
        return workspace_id in await self.once(("workspaces", subscription.lower()), read)

    async def application(self, client_id: str) -> Application | None:
        """See AzureReader."""
        return (await self._applications()).get(client_id.lower())

    async def _assignments(self, subscription: str) -> Assignments:
        return await self.once(("assignments", subscription.lower()), partial(self._read_assignments, subscription))

    async def _read_assignments(self, subscription: str) -> Assignments:
        found: dict[str, list[RoleAssignment]] = defaultdict(list)
        for one in await role_assignments.read_all(self.connection, subscription):
            found[one.principal_id.lower()].append(one)
        return {principal: tuple(held) for principal, held in found.items()}

    async def _applications(self) -> Mapping[str, Application]:
        return await self.once("applications", self._read_applications)

    async def _read_applications(self) -> Mapping[str, Application]:
        listed = await asyncio.gather(*map(self._listed, await self.subscriptions()))
        clusters = [cluster for found in listed for cluster in found]
        used = {one.identity.client_id for one in clusters if isinstance(one.identity, ServicePrincipal)}
        left = {client_id for one in clusters for client_id in recorded_principals(one.tags)}
        return await directory.applications(self.connection, sorted(used | left))

    async def _groups(self) -> Mapping[str, frozenset[str]]:
        return await self.once("groups", self._read_groups)

    async def _read_groups(self) -> Mapping[str, frozenset[str]]:
        """Read the groups of the service principals."""
        principals = {application.object_id for application in (await self._applications()).values()}
        return await directory.groups(self.connection, sorted(principals))

    async def _listed(self, subscription: str) -> tuple[Cluster, ...]:
        try:
            return await self.clusters(subscription)
        except NeedsHumanError:
            return ()
