"""Switches the control plane: the one step that has no way back.

It takes nothing from the plan, which may be an hour old, but the goal. It reads the cluster immediately
before, looks again, and sends that reading back under its eTag; whatever does not fit starts a new round.
"""

import logging
from contextlib import AbstractAsyncContextManager, nullcontext

from tenacity import AsyncRetrying, retry_if_exception_type, wait_fixed

from fleet_identity.apply.await_propagation import propagation_left
from fleet_identity.apply.pool_drift import pool_drift
from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster, ServicePrincipal
from fleet_identity.errors import ClusterChangedError, NeedsHumanError, RightsNotEffectiveError
from fleet_identity.findings import Finding
from fleet_identity.gateway.protocols import AzureReader, AzureWriter, Operation
from fleet_identity.record import SwitchRecord, pack
from fleet_identity.steps import SwitchIdentity
from fleet_identity.target import PROPAGATION_CEILING

_log = logging.getLogger(__name__)
_NO_LIMIT: AbstractAsyncContextManager[object] = nullcontext()
_BETWEEN_REFUSALS = 60.0
"""Seconds between tries while the resource provider does not see our grants yet; a PUT refills once a minute."""


async def switch_identity(
    step: SwitchIdentity,
    azure: AzureWriter,
    clock: Clock,
    slot: AbstractAsyncContextManager[object] = _NO_LIMIT,
) -> tuple[Finding, ...]:
    """Make the cluster run on the identity; give the differences in its pools that nobody planned.

    Each try takes `slot` for itself: a wait for rights holds up no other cluster.
    """
    deadline = clock.deadline(PROPAGATION_CEILING.total_seconds())
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(RightsNotEffectiveError),
        wait=wait_fixed(_BETWEEN_REFUSALS),
        stop=lambda _: clock.now() >= deadline,
        sleep=clock.sleep,
        reraise=True,
    )
    try:
        return await retrying(_switch, step, azure, slot)
    except RightsNotEffectiveError as refused:
        raise NeedsHumanError(
            f"{refused.message} It is refused for an hour now: grant what the message names, and run again.",
            refused.code,
            refused.correlation_id,
            refused.resource_id,
        ) from refused


async def _switch(
    step: SwitchIdentity, azure: AzureWriter, slot: AbstractAsyncContextManager[object]
) -> tuple[Finding, ...]:
    async with slot:
        await _check_grants(step, azure)
        # nothing may come between this reading and the PUT: If-Match does not protect pools, and they may scale
        before = await azure.cluster(step.cluster_id)
        if not isinstance(before.identity, ServicePrincipal):
            return ()
        _check(step, before)
        record = SwitchRecord(
            client_id=before.identity.client_id,
            switched_at=azure.observed_at(),
            images={pool.name: pool.image for pool in before.pools},
        )
        _log.info(step.describe())
        operation = await azure.switch_identity(before, step.identity_id, pack(record, step.tag_prefix))
        return pool_drift(before, await _finished(before, operation, azure))


async def _check_grants(step: SwitchIdentity, azure: AzureReader) -> None:
    if step.grants and await propagation_left(step.grants, step.minimum_age, azure):
        raise ClusterChangedError("A grant is younger than it was.")


def _check(step: SwitchIdentity, cluster: Cluster) -> None:
    if not cluster.healthy:
        raise ClusterChangedError(f"The cluster is not as it was planned ({cluster.condition}).")
    if not cluster.etag:
        raise ClusterChangedError("The cluster has no eTag any more.")
    for reference in cluster.outside_references:
        if reference not in step.references:
            raise ClusterChangedError(f"The cluster uses another {reference.kind} since it was planned.")


async def _finished(cluster: Cluster, operation: Operation | None, azure: AzureReader) -> Cluster:
    after = await azure.until(cluster.id, _ended)
    if after.provisioning_state != "Succeeded" and operation and (failure := await azure.failure(operation)):
        raise failure
    return after


def _ended(cluster: Cluster) -> bool:
    # a switch that failed may leave the cluster on its service principal; one that a list does not show yet has not
    return cluster.idle and not (cluster.healthy and isinstance(cluster.identity, ServicePrincipal))
