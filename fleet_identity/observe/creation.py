"""Reads what the plan of a new cluster needs."""

import asyncio

from fleet_identity.allow_list import AllowList
from fleet_identity.cluster import Cluster
from fleet_identity.creation import draft, plan_creation
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.new_cluster import NewCluster
from fleet_identity.observe.degrade import if_permitted
from fleet_identity.observe.principals import held_by, principals_of
from fleet_identity.permissions import RoleDefinition
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Identity, Surroundings
from fleet_identity.target import Target


async def observe_and_plan_creation(azure: AzureReader, new: NewCluster, target: Target, allow: AllowList) -> Plan:
    """Look whether the cluster is there and what is around it, and plan from that."""
    existing = await azure.find_cluster(new.cluster_id)
    return plan_creation(new, existing, await _observe(azure, new, existing, target), target, allow)


async def _observe(azure: AzureReader, new: NewCluster, existing: Cluster | None, target: Target) -> Surroundings:
    cluster = existing or draft(new)
    identities, subnets, registries = await asyncio.gather(
        _identities(azure, cluster, target),
        asyncio.gather(*map(azure.subnet, new.subnets)),
        asyncio.gather(*map(azure.registry, target.registry_ids())),
    )
    attached = tuple(dict.fromkeys(item for subnet in subnets for item in subnet.attached))
    scopes = (cluster.id, *new.subnets, *target.registry_ids(), *(item.id for item in attached))
    used = tuple(sorted({scope.subscription.lower() for scope in scopes}))
    principals = principals_of(cluster, target, identities)
    held = await asyncio.gather(*(held_by(azure, object_id, used) for object_id in principals.values()))
    missed = set[str]()
    definitions, runner, policies = await asyncio.gather(
        if_permitted(azure.role_definitions(cluster.id.subscription), dict[str, RoleDefinition](), missed),
        if_permitted(azure.runner(used), None, missed),
        if_permitted(azure.tag_policies(cluster.id.subscription), (), missed),
    )
    return Surroundings(
        observed_at=azure.observed_at(),
        identities=identities,
        held=dict(zip(principals, held, strict=True)),
        definitions=definitions,
        runner=runner,
        tag_policies=policies,
        registries=dict(zip(target.registry_ids(), registries, strict=True)),
        attached=attached,
        not_read=tuple(sorted(missed)),
    )


async def _identities(azure: AzureReader, cluster: Cluster, target: Target) -> dict[ResourceId, Identity]:
    wanted = target.identities_for(cluster.id)
    found = await asyncio.gather(*map(azure.identity, wanted))
    return {wanted_id: identity for wanted_id, identity in zip(wanted, found, strict=True) if identity}
