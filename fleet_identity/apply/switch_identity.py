"""Switches the control plane: the one step that has no way back.

It takes nothing from the plan, which may be an hour old, but the goal. It reads the cluster immediately
before, looks again, and sends that reading back under its eTag; whatever does not fit starts a new round.
"""

import logging
from functools import partial

from fleet_identity.apply.pool_drift import pool_drift
from fleet_identity.apply.put_cluster import NO_LIMIT, Slot, check_cluster, check_grants, finished, until_permitted
from fleet_identity.change import SYSTEM_ASSIGNED
from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster, ServicePrincipal, SystemAssigned, UserAssigned
from fleet_identity.errors import ClusterChangedError, NeedsHumanError, TerminalError
from fleet_identity.findings import Finding
from fleet_identity.gateway.protocols import AzureReader, AzureWriter, Identities, Operation
from fleet_identity.record import Rolls, SwitchRecord, pack, record_tags, short, unpack
from fleet_identity.steps import SwitchIdentity

_log = logging.getLogger(__name__)


async def switch_identity(
    step: SwitchIdentity,
    azure: AzureWriter,
    clock: Clock,
    slot: Slot = NO_LIMIT,
) -> tuple[Finding, ...]:
    """Make the cluster run on the identity; give the differences in its pools that nobody planned."""
    return await until_permitted(partial(_switch, step, azure), clock, slot)


async def _switch(step: SwitchIdentity, azure: AzureWriter) -> tuple[Finding, ...]:
    await check_grants(step, azure)
    # nothing may come between this reading and the PUT: If-Match does not protect pools, and they may scale
    before = await azure.cluster(step.cluster_id)
    if isinstance(before.identity, ServicePrincipal) != step.from_principal or _is_there(step, before):
        return ()
    _check(step, before)
    _log.info(step.describe())
    operation = await _put(step, before, azure)
    after = await finished(before, operation, lambda cluster: _is_there(step, cluster), azure)
    if after.healthy and not _is_there(step, after):
        raise ClusterChangedError("Somebody else's change came between: the cluster does not run on its new identity.")
    return pool_drift(before, after)


async def _put(step: SwitchIdentity, before: Cluster, azure: AzureWriter) -> Operation | None:
    """A kubelet identity in the same PUT is not documented: its refusal is a person's, not a defect of ours."""
    wanted = Identities(
        control_plane=step.identity,
        kubelet_id=step.kubelet_id,
        tags=pack(_record(step, before, azure), step.tag_prefix),
        without_tags=record_tags(before.tags, step.tag_prefix),
    )
    try:
        return await azure.put_cluster(before, wanted)
    except TerminalError as refused:
        if step.kubelet_id is None:
            raise
        raise NeedsHumanError(
            f"{refused.message} Azure refuses to assign the kubelet identity in the same PUT; nothing was changed. "
            "Choose --kubelet pre_created, which assigns it in a second one.",
            refused.code,
            refused.correlation_id,
            refused.resource_id,
        ) from refused


def _check(step: SwitchIdentity, cluster: Cluster) -> None:
    check_cluster(cluster)
    for reference in cluster.outside_references:
        if reference not in step.references:
            raise ClusterChangedError(f"The cluster uses another {reference.kind} since it was planned.")


def _record(step: SwitchIdentity, before: Cluster, azure: AzureReader) -> SwitchRecord:
    """Write down what is true now; a change of the control plane alone keeps what is known of the nodes."""
    known = unpack(before.tags, step.tag_prefix)
    rolls = step.kubelet_id is not None or step.from_principal
    images = {pool.name: pool.image for pool in before.pools} if rolls else (known.images if known else {})
    versions = (
        {pool.name: pool.kubernetes_version for pool in before.pools} if rolls else (known.versions if known else {})
    )
    return SwitchRecord(
        switched_at=azure.observed_at(),
        images=images,
        versions=versions,
        client_id=before.identity.client_id
        if isinstance(before.identity, ServicePrincipal)
        else known and known.client_id,
        left=_left(before),
        rolls=step.rolls if rolls else (known.rolls if known else Rolls.NONE),
    )


def _left(cluster: Cluster) -> str:
    match cluster.identity:
        case UserAssigned():
            return short(cluster.identity.identity_id.text)
        case SystemAssigned():
            return SYSTEM_ASSIGNED
        case _:
            return ""


def _is_there(step: SwitchIdentity, cluster: Cluster) -> bool:
    if isinstance(step.identity, SystemAssigned):
        return isinstance(cluster.identity, SystemAssigned)
    return cluster.identity == step.identity
