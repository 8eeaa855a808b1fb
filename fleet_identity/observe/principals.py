"""Who the cluster runs as, who it shall run as, and what they hold."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fleet_identity.cluster import Cluster, ServicePrincipal, SystemAssigned, UserAssigned
from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.observe.inquiry import Inquiry
from fleet_identity.resource_id import ResourceId
from fleet_identity.steps import AddonOf, ControlPlaneOf, IdentityNamed, KubeletOf, Principal
from fleet_identity.surroundings import Identity, RoleAssignment
from fleet_identity.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPrincipal:
    """What the control plane runs as, or ran as."""

    object_id: str | None = None
    secrets_end: tuple[datetime, ...] = ()
    shared_with: int = 0
    held: tuple[RoleAssignment, ...] = ()
    unreadable: tuple[str, ...] = ()


async def old_principal(ask: Inquiry) -> OldPrincipal:
    """Find the old principal and all that it holds; a managed identity only while it is to be replaced."""
    match ask.cluster.identity:
        case ServicePrincipal() as principal:
            return await _service_principal(ask, principal.client_id)
        case SystemAssigned() as identity if ask.difference.control_plane:
            return await _managed(ask, identity.principal_id)
        case UserAssigned() as identity if ask.difference.control_plane:
            found = await ask.azure.identity(identity.identity_id)
            return await _managed(ask, found.principal_id if found else None)
        case _:
            return await _left_behind(ask)


async def pulled_by(ask: Inquiry, old: OldPrincipal) -> tuple[tuple[RoleAssignment, ...], tuple[str, ...]]:
    """List what nodes pull by at present, and where that could not be read.

    By the service principal that the cluster runs on, or ran on until our switch: roles that it got since then concern
    nobody. And by the present kubelet identity, where that is to be replaced.
    """
    record, kubelet = ask.difference.record, ask.cluster.kubelet
    principal = old if isinstance(ask.cluster.identity, ServicePrincipal) else await _left_behind(ask)
    held = principal.held
    if record and not isinstance(ask.cluster.identity, ServicePrincipal):
        held = tuple(one for one in held if one.created_on <= record.switched_at)
    if ask.difference.kubelet_id is None or kubelet is None:
        return held, principal.unreadable
    by_kubelet, unreadable = await _everywhere(ask, kubelet.object_id)
    return tuple(dict.fromkeys((*held, *by_kubelet))), tuple(dict.fromkeys((*principal.unreadable, *unreadable)))


async def target_identities(ask: Inquiry) -> dict[ResourceId, Identity]:
    """Read the target's identities that exist already."""
    wanted = ask.target.identities_for(ask.cluster.id)
    found = await asyncio.gather(*map(ask.azure.identity, wanted))
    return {wanted_id: identity for wanted_id, identity in zip(wanted, found, strict=True) if identity}


async def held_by_principals(
    ask: Inquiry, identities: Mapping[ResourceId, Identity], subscriptions: tuple[str, ...]
) -> dict[Principal, tuple[RoleAssignment, ...]]:
    """List what each principal of the plan holds, as far as it exists."""
    principals = principals_of(ask.cluster, ask.target, identities)
    held = await asyncio.gather(*(held_by(ask.azure, object_id, subscriptions) for object_id in principals.values()))
    return dict(zip(principals, held, strict=True))


def principals_of(cluster: Cluster, target: Target, identities: Mapping[ResourceId, Identity]) -> dict[Principal, str]:
    """Give the object ids of the principals that exist, of those that a plan may name."""
    found: dict[Principal, str] = {IdentityNamed(id=one.id): one.principal_id for one in identities.values()}
    if isinstance(cluster.identity, SystemAssigned) and target.control_plane == "system_assigned":
        found[ControlPlaneOf(cluster_id=cluster.id)] = cluster.identity.principal_id
    if cluster.kubelet and target.kubelet == "aks_managed":
        found[KubeletOf(cluster_id=cluster.id)] = cluster.kubelet.object_id
    for addon in cluster.addons:
        if addon.principal_id:
            found[AddonOf(cluster_id=cluster.id, addon=addon.name)] = addon.principal_id
    return found


async def held_by(azure: AzureReader, principal: str, subscriptions: tuple[str, ...]) -> tuple[RoleAssignment, ...]:
    """List what a principal holds in some subscriptions."""
    found = await asyncio.gather(*(azure.role_assignments(principal, one) for one in subscriptions))
    return tuple(dict.fromkeys(assignment for listed in found for assignment in listed))


async def _left_behind(ask: Inquiry) -> OldPrincipal:
    """The service principal that the record names: what its nodes could pull, they must go on to pull."""
    record = ask.difference.record
    if record is None or record.client_id is None:
        return OldPrincipal()
    return await _service_principal(ask, record.client_id)


async def _service_principal(ask: Inquiry, client_id: str) -> OldPrincipal:
    known = ask.target.object_id_of(client_id)
    application, sharing = await asyncio.gather(ask.azure.application(client_id), ask.azure.clusters_of(client_id))
    object_id = known or (application.object_id if application else None)
    held, unreadable = await _everywhere(ask, object_id)
    return OldPrincipal(
        object_id=object_id,
        secrets_end=application.secrets_end if application else (),
        shared_with=len(set(sharing) - {ask.cluster.id}),
        held=held,
        unreadable=unreadable,
    )


async def _managed(ask: Inquiry, object_id: str | None) -> OldPrincipal:
    held, unreadable = await _everywhere(ask, object_id)
    return OldPrincipal(object_id=object_id, held=held, unreadable=unreadable)


async def _everywhere(ask: Inquiry, principal: str | None) -> tuple[tuple[RoleAssignment, ...], tuple[str, ...]]:
    if principal is None:
        return (), ()
    subscriptions = await ask.azure.subscriptions()
    found = await asyncio.gather(
        *(ask.azure.roles_of_old_principal(principal, one) for one in subscriptions), return_exceptions=True
    )
    held: list[RoleAssignment] = []
    unreadable: list[str] = []
    for subscription, answer in zip(subscriptions, found, strict=True):
        if not isinstance(answer, BaseException):
            held += answer
        elif isinstance(answer, NeedsHumanError) and subscription.lower() != ask.cluster.id.subscription.lower():
            unreadable.append(subscription)
        else:
            raise answer
    return tuple(dict.fromkeys(held)), tuple(unreadable)
