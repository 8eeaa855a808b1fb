"""Assigns a pre-created kubelet identity; AKS re-images every pool for it, so all is looked at right before."""

import logging
from functools import partial

from fleet_identity.apply.pool_drift import pool_drift
from fleet_identity.apply.put_cluster import NO_LIMIT, Slot, check_cluster, check_grants, finished, until_permitted
from fleet_identity.change import named
from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster, UserAssigned
from fleet_identity.errors import ClusterChangedError
from fleet_identity.findings import Finding
from fleet_identity.gateway.protocols import AzureReader, AzureWriter, Identities
from fleet_identity.record import Rolls, SwitchRecord, pack, record_tags, short, unpack
from fleet_identity.steps import AssignKubelet

_log = logging.getLogger(__name__)


async def assign_kubelet(
    step: AssignKubelet,
    azure: AzureWriter,
    clock: Clock,
    slot: Slot = NO_LIMIT,
) -> tuple[Finding, ...]:
    """Make the kubelets use the identity; give the differences in pools that nobody planned."""
    return await until_permitted(partial(_assign, step, azure), clock, slot)


async def _assign(step: AssignKubelet, azure: AzureWriter) -> tuple[Finding, ...]:
    await check_grants(step, azure)
    # nothing may come between this reading and the PUT: If-Match does not protect pools, and they may scale
    before = await azure.cluster(step.cluster_id)
    if _is_there(step, before):
        return ()
    check_cluster(before)
    if not isinstance(before.identity, UserAssigned):
        raise ClusterChangedError("The cluster does not run on a user-assigned identity any more.")
    _log.info(step.describe())
    wanted = Identities(
        kubelet_id=step.kubelet_id,
        tags=pack(_record(step, before, before.identity, azure), step.tag_prefix),
        without_tags=record_tags(before.tags, step.tag_prefix),
    )
    operation = await azure.put_cluster(before, wanted)
    after = await finished(before, operation, lambda cluster: _is_there(step, cluster), azure)
    if after.healthy and not _is_there(step, after):
        raise ClusterChangedError("Somebody else's change came between: the kubelets do not use their new identity.")
    return pool_drift(before, after)


def _record(step: AssignKubelet, before: Cluster, identity: UserAssigned, azure: AzureReader) -> SwitchRecord:
    known = unpack(before.tags, step.tag_prefix)
    return SwitchRecord(
        switched_at=azure.observed_at(),
        images={pool.name: pool.image for pool in before.pools},
        versions={pool.name: pool.kubernetes_version for pool in before.pools},
        client_id=known.client_id if known else None,
        left=known.left if known and (known.left or known.client_id) else short(named(identity)),
        rolls=Rolls.PUT,
    )


def _is_there(step: AssignKubelet, cluster: Cluster) -> bool:
    return cluster.kubelet is not None and cluster.kubelet.resource_id == step.kubelet_id
