"""Reads all that a plan needs, and nothing else: the only eyes of the planner."""

import asyncio
from dataclasses import replace

from fleet_identity.allow_list import AllowList
from fleet_identity.change import change
from fleet_identity.cluster import Cluster, Reference, UnknownIdentity
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.grants.addons import addon_grants
from fleet_identity.grants.pulls import lets_pull, registries_to_read
from fleet_identity.inside import Inside
from fleet_identity.observe.definitions import definitions_of
from fleet_identity.observe.degrade import if_permitted
from fleet_identity.observe.inquiry import Inquiry
from fleet_identity.observe.nearby import (
    attached,
    cores,
    follows,
    named_in_vaults,
    newest_images,
    patches,
    vault_of_etcd,
    workspace_missing,
)
from fleet_identity.observe.principals import held_by_principals, old_principal, pulled_by, target_identities
from fleet_identity.plan import Plan
from fleet_identity.planner import BY_DEFAULT, plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Registry, RoleAssignment, Surroundings
from fleet_identity.target import Target


async def observe_and_plan(
    azure: AzureReader,
    cluster_id: ResourceId,
    target: Target,
    allow: AllowList = BY_DEFAULT,
    inside: Inside | None = None,
) -> Plan:
    """Read a cluster and its surroundings, and plan from them."""
    cluster = await azure.cluster(cluster_id)
    return plan(cluster, await observe(azure, cluster, target, inside), target, allow)


async def observe(azure: AzureReader, cluster: Cluster, target: Target, inside: Inside | None = None) -> Surroundings:
    """Read what lies around a cluster; a cluster with nothing left to do costs no further request."""
    ask = Inquiry(azure=azure, cluster=cluster, target=target, difference=change(cluster, target, inside))
    if isinstance(cluster.identity, UnknownIdentity) or not _anything_left(ask):
        return Surroundings(observed_at=azure.observed_at(), inside=inside)
    old, identities, hanging, images = await asyncio.gather(
        old_principal(ask), target_identities(ask), attached(ask), newest_images(ask)
    )
    pulls, unreadable = await pulled_by(ask, old)
    used = await _subscriptions(ask, hanging, pulls)
    held, locks, registries, counts, tenant = await asyncio.gather(
        held_by_principals(ask, identities, used),
        asyncio.gather(*map(azure.locks, used)),
        _registries(azure, pulls, target),
        azure.assignment_counts(used),
        azure.tenant(cluster.id.subscription),
    )
    near = Surroundings(
        observed_at=azure.observed_at(),
        identities=identities,
        old_principal_id=old.object_id,
        secrets_end=old.secrets_end,
        shared_with=old.shared_with,
        held_by_old_principal=old.held,
        pulled_by=pulls,
        held=held,
        tenant=tenant,
        unreadable=unreadable,
        assignments=counts,
        registries=registries,
        attached=hanging,
        locks=tuple(lock for found in locks for lock in found),
        newest_images=images,
        inside=inside,
    )
    return await _with_rest(ask, near, used)


async def _with_rest(ask: Inquiry, near: Surroundings, used: tuple[str, ...]) -> Surroundings:
    """Add what a plan can do without, as far as the runner may read it."""
    azure, subscription, missed = ask.azure, ask.cluster.id.subscription, set[str]()
    definitions, runner, policies = await asyncio.gather(
        definitions_of(ask, (*near.held_by_old_principal, *near.pulled_by), missed),
        if_permitted(azure.runner(used), None, missed),
        if_permitted(azure.tag_policies(subscription), (), missed),
    )
    quota, vault, gone, offered, named = await asyncio.gather(
        if_permitted(cores(ask), None, missed),
        if_permitted(vault_of_etcd(ask), None, missed),
        if_permitted(workspace_missing(ask), otherwise=False, missed=missed),
        if_permitted(patches(ask), dict[str, str](), missed),
        if_permitted(named_in_vaults(ask, near.old_principal_id), (), missed),
    )
    return replace(
        near,
        observed_at=azure.observed_at(),
        definitions=definitions,
        runner=runner,
        tag_policies=policies,
        cores=quota,
        vault=vault,
        workspace_missing=gone,
        patches=offered,
        named_in_vaults=named,
        not_read=tuple(sorted(missed)),
    )


def _anything_left(ask: Inquiry) -> bool:
    difference = ask.difference
    record = difference.record
    moved = record is not None and (record.client_id is not None or bool(addon_grants(ask.cluster)))
    asked = difference.settled and bool(ask.target.extra_roles)
    unfinished = difference.rolling and not ask.cluster.healthy
    return difference.control_plane or difference.nodes or moved or asked or unfinished or follows(ask)


async def _subscriptions(
    ask: Inquiry, hanging: tuple[Reference, ...], pulls: tuple[RoleAssignment, ...]
) -> tuple[str, ...]:
    """List the subscriptions in which this cluster uses something and that we see, sorted."""
    cluster, target = ask.cluster, ask.target
    scopes = (
        cluster.id,
        *(reference.id for reference in (*cluster.references, *hanging)),
        *target.identities_for(cluster.id),
        *target.registry_ids(),
        *(ResourceId(extra.scope) for extra in target.extra_roles),
        *(grant.scope for grant in pulls if lets_pull(grant)),
        *(grant.scope for grant in addon_grants(cluster)),
    )
    seen = {subscription.lower() for subscription in await ask.azure.subscriptions()} | {
        cluster.id.subscription.lower()
    }
    return tuple(sorted({scope.subscription.lower() for scope in scopes} & seen))


async def _registries(
    azure: AzureReader, held: tuple[RoleAssignment, ...], target: Target
) -> dict[ResourceId, Registry | None]:
    scopes = registries_to_read(held, target)
    return dict(zip(scopes, await asyncio.gather(*map(azure.registry, scopes)), strict=True))
