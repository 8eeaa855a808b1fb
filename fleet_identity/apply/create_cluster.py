"""Creates a cluster on identities that have their roles, in effect as far as Azure lets one tell."""

import logging

from fleet_identity.apply.put_cluster import check_grants, until_permitted
from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster
from fleet_identity.errors import StillRunningError
from fleet_identity.gateway.protocols import AzureWriter, Identities, Operation
from fleet_identity.record import CREATED, Rolls, SwitchRecord, pack
from fleet_identity.steps import CreateCluster

_log = logging.getLogger(__name__)
_BETWEEN_LOOKS = 30.0
_PATIENCE = 6 * 3600.0
"""Seconds; as long as for any other operation."""


async def create_cluster(step: CreateCluster, azure: AzureWriter, clock: Clock) -> None:
    """Make sure that the cluster is there; one that is, is left as it is."""

    async def attempt() -> Operation | None:
        await check_grants(step, azure)
        if await azure.find_cluster(step.cluster_id) is not None:
            return None
        _log.info(step.describe())
        record = SwitchRecord(switched_at=azure.observed_at(), images={}, left=CREATED, rolls=Rolls.NONE)
        wanted = Identities(control_plane=step.identity, kubelet_id=step.kubelet_id, tags=pack(record, step.tag_prefix))
        return await azure.create_cluster(step.new, wanted)

    operation = await until_permitted(attempt, clock)
    await _made(step, operation, azure, clock)


async def _made(step: CreateCluster, operation: Operation | None, azure: AzureWriter, clock: Clock) -> None:
    """Look at the cluster itself: a list may not show it yet."""
    deadline = clock.deadline(_PATIENCE)
    while clock.now() < deadline:
        cluster = await azure.find_cluster(step.cluster_id)
        if cluster is not None and cluster.idle:
            await _check(cluster, operation, azure)
            return
        await clock.sleep(_BETWEEN_LOOKS)
    raise StillRunningError(f"Cluster {step.cluster_id.name} is still being made; run again later to go on.")


async def _check(cluster: Cluster, operation: Operation | None, azure: AzureWriter) -> None:
    if not cluster.healthy and operation and (failure := await azure.failure(operation)):
        raise failure
