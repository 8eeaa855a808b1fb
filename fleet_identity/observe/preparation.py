"""Looks at what a cluster was prepared with, and at all who may use it: afresh, for something is to be deleted."""

import asyncio
from collections.abc import Iterable

from fleet_identity.cluster import Cluster
from fleet_identity.gateway.protocols import AzureRemover
from fleet_identity.observe.degrade import if_permitted
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Identity, Lock, RoleAssignment
from fleet_identity.undoing import Look


async def all_clusters(azure: AzureRemover) -> tuple[Cluster, ...]:
    """List the clusters of all subscriptions that we see; one that may not be listed is an error."""
    listed = await asyncio.gather(*map(azure.clusters, await azure.subscriptions()))
    return tuple(cluster for clusters in listed for cluster in clusters)


async def look_at_preparation(
    azure: AzureRemover, cluster_id: ResourceId, identity_id: ResourceId, clusters: Iterable[Cluster]
) -> Look | None:
    """Read an identity, what it holds, and who of these clusters uses it; None where it is not there."""
    identity = await azure.identity(identity_id)
    if identity is None:
        return None
    cluster, subscriptions = await azure.cluster(cluster_id), await azure.subscriptions()
    held, granted_on, federated = await asyncio.gather(
        asyncio.gather(*(azure.all_held(identity.principal_id, one) for one in subscriptions)),
        azure.granted_on(identity_id),
        azure.federated_credentials(identity_id),
    )
    grants = tuple(dict.fromkeys(one for found in held for one in found))
    locks, runner = await asyncio.gather(
        _locks(azure, identity, grants, subscriptions), if_permitted(azure.runner(subscriptions), None)
    )
    using = (one.id for one in (cluster, *clusters) if identity.id in one.named_identities)
    return Look(
        cluster=cluster,
        identity=identity,
        held=grants,
        granted_on=granted_on,
        used_by=tuple(dict.fromkeys(using)),
        federated=federated,
        locks=locks,
        subscriptions=subscriptions,
        runner=runner,
    )


async def _locks(
    azure: AzureRemover, identity: Identity, grants: Iterable[RoleAssignment], subscriptions: Iterable[str]
) -> tuple[Lock, ...]:
    """List the locks where something would be deleted."""
    concerned = {identity.id.subscription.lower(), *(one.scope.subscription.lower() for one in grants)}
    listed = await asyncio.gather(*(azure.locks(one) for one in subscriptions if one.lower() in concerned))
    return tuple(dict.fromkeys(lock for found in listed for lock in found))
