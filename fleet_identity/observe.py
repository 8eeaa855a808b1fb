"""Reads all that a plan needs, and nothing else: the only eyes of the planner."""

import asyncio

from fleet_identity.cluster import Cluster, Reference, ServicePrincipal, UnknownIdentity
from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.node_rolls import pools_on_old_principal
from fleet_identity.plan import Plan
from fleet_identity.planner import plan
from fleet_identity.pull_grants import lets_pull, registries_to_read
from fleet_identity.record import SwitchRecord, unpack
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Identity, Registry, RoleAssignment, Surroundings
from fleet_identity.target import Target


async def observe_and_plan(azure: AzureReader, cluster_id: ResourceId, target: Target) -> Plan:
    """Read a cluster and its surroundings, and plan from them."""
    cluster = await azure.cluster(cluster_id)
    return plan(cluster, await observe(azure, cluster, target), target)


async def observe(azure: AzureReader, cluster: Cluster, target: Target) -> Surroundings:
    """Read what lies around a cluster; a cluster with nothing left to do costs no further request."""
    record = unpack(cluster.tags, target.tag_prefix)
    if isinstance(cluster.identity, UnknownIdentity) or not pools_on_old_principal(cluster, record):
        return Surroundings(observed_at=azure.observed_at())
    old_principal, identity, route_tables, images = await asyncio.gather(
        _old_principal(azure, cluster, record),
        _identity(azure, cluster, target),
        _route_tables(azure, cluster),
        _newest_images(azure, cluster, record),
    )
    held, unreadable = await _held_by_old_principal(azure, cluster, old_principal)
    used = (
        cluster.id,
        *(reference.id for reference in (*cluster.references, *route_tables)),
        *target.registry_ids(),
        *(grant.scope for grant in held if lets_pull(grant)),
    )
    subscriptions = sorted({scope.subscription.lower() for scope in used})
    of_identity, of_kubelet, locks, registries = await asyncio.gather(
        _held_by(azure, identity.principal_id if identity else None, subscriptions),
        _held_by(azure, cluster.kubelet.object_id if cluster.kubelet else None, subscriptions),
        asyncio.gather(*map(azure.locks, subscriptions)),
        _registries(azure, held, target),
    )
    return Surroundings(
        observed_at=azure.observed_at(),
        identity=identity,
        old_principal_id=old_principal,
        held_by_old_principal=held,
        held_by_identity=of_identity,
        held_by_kubelet=of_kubelet,
        unreadable=unreadable,
        registries=registries,
        route_tables=route_tables,
        locks=tuple(lock for found in locks for lock in found),
        newest_images=images,
    )


async def _old_principal(azure: AzureReader, cluster: Cluster, record: SwitchRecord | None) -> str | None:
    if isinstance(cluster.identity, ServicePrincipal):
        return await azure.service_principal(cluster.identity.client_id)
    return await azure.service_principal(record.client_id) if record else None


async def _identity(azure: AzureReader, cluster: Cluster, target: Target) -> Identity | None:
    if not isinstance(cluster.identity, ServicePrincipal):
        return None  # after the switch, its grants are not ours to touch any more
    return await azure.identity(target.identity_for(cluster.id))


async def _route_tables(azure: AzureReader, cluster: Cluster) -> tuple[Reference, ...]:
    if not isinstance(cluster.identity, ServicePrincipal):
        return ()
    subnets = dict.fromkeys(reference.id for reference in cluster.references if "subnet" in reference.kind)
    tables = await asyncio.gather(*(azure.route_table(subnet) for subnet in subnets))
    return tuple(Reference(kind="route table", id=table) for table in dict.fromkeys(tables) if table)


async def _newest_images(azure: AzureReader, cluster: Cluster, record: SwitchRecord | None) -> dict[str, str]:
    pools = sorted(pools_on_old_principal(cluster, record))
    newest = await asyncio.gather(*(azure.newest_image(cluster.id, pool) for pool in pools))
    return {pool: image for pool, image in zip(pools, newest, strict=True) if image}


async def _held_by_old_principal(
    azure: AzureReader, cluster: Cluster, principal: str | None
) -> tuple[tuple[RoleAssignment, ...], tuple[str, ...]]:
    if principal is None:
        return (), ()
    subscriptions = await azure.subscriptions()
    found = await asyncio.gather(
        *(azure.roles_of_old_principal(principal, one) for one in subscriptions), return_exceptions=True
    )
    held: list[RoleAssignment] = []
    unreadable: list[str] = []
    for subscription, answer in zip(subscriptions, found, strict=True):
        if not isinstance(answer, BaseException):
            held += answer
        elif isinstance(answer, NeedsHumanError) and subscription.lower() != cluster.id.subscription.lower():
            unreadable.append(subscription)
        else:
            raise answer
    return tuple(dict.fromkeys(held)), tuple(unreadable)


async def _held_by(azure: AzureReader, principal: str | None, subscriptions: list[str]) -> tuple[RoleAssignment, ...]:
    if principal is None:
        return ()
    found = await asyncio.gather(*(azure.role_assignments(principal, one) for one in subscriptions))
    return tuple(dict.fromkeys(assignment for listed in found for assignment in listed))


async def _registries(
    azure: AzureReader, held: tuple[RoleAssignment, ...], target: Target
) -> dict[ResourceId, Registry | None]:
    scopes = registries_to_read(held, target)
    return dict(zip(scopes, await asyncio.gather(*map(azure.registry, scopes)), strict=True))
