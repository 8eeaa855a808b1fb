"""What every PUT of a cluster has in common: it waits for its rights, and is watched to its end."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_fixed

from fleet_identity.apply.await_propagation import propagation_left
from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster
from fleet_identity.errors import ClusterChangedError, NeedsHumanError, RightsNotEffectiveError
from fleet_identity.gateway.protocols import AzureReader, Operation
from fleet_identity.grants.held import by_principal
from fleet_identity.steps import AssignKubelet, CreateCluster, Reconcile, ReimagePool, SwitchIdentity, UpgradePool
from fleet_identity.target import PROPAGATION_CEILING

T = TypeVar("T")
_ReliesOnGrants = SwitchIdentity | AssignKubelet | CreateCluster | Reconcile | ReimagePool | UpgradePool
Slot = AbstractAsyncContextManager[object]
"""Leave to change a cluster now, for those who change several at a time."""
NO_LIMIT: Slot = nullcontext()
_BETWEEN_REFUSALS = 60.0
"""Seconds between tries while the resource provider does not see our grants yet; a PUT refills once a minute."""


async def until_permitted(attempt: Callable[[], Awaitable[T]], clock: Clock, slot: Slot = NO_LIMIT) -> T:
    """Try again while the resource provider misses rights that were granted, for as long as they may take.

    That counts from the first refusal: an attempt may have waited for its turn, or for a window, for days. Each takes
    `slot` for itself: a wait for rights holds up no other cluster.
    """

    async def in_slot() -> T:
        async with slot:
            return await attempt()

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(RightsNotEffectiveError),
        wait=wait_fixed(_BETWEEN_REFUSALS),
        stop=_Ceiling(clock),
        sleep=clock.sleep,
        reraise=True,
    )
    try:
        return await retrying(in_slot)
    except RightsNotEffectiveError as refused:
        raise NeedsHumanError(
            f"{refused.message} Azure has refused this for an hour. Grant the missing permission named above, then run "
            "again.",
            refused.code,
            refused.correlation_id,
            refused.resource_id,
        ) from refused


class _Ceiling:
    """Whether rights have been missed for as long as they may take."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._deadline: float | None = None

    def __call__(self, _state: RetryCallState) -> bool:
        if self._deadline is None:
            self._deadline = self._clock.deadline(PROPAGATION_CEILING.total_seconds())
        return self._clock.now() >= self._deadline


async def check_grants(step: _ReliesOnGrants, azure: AzureReader) -> None:
    """Look whether the grants that a step relies on are still there, and old enough."""
    for own in by_principal(step.grants).values():
        if await propagation_left(own, step.minimum_age, azure):
            raise ClusterChangedError("A role assignment is not old enough yet; it may have been re-created.")


def check_cluster(cluster: Cluster) -> None:
    """Refuse to change a cluster that is not well, or that can't be changed safely."""
    if not cluster.healthy:
        raise ClusterChangedError(f"The cluster is not as it was planned ({cluster.condition}).")
    if not cluster.etag:
        raise ClusterChangedError("The cluster has no eTag any more.")


async def finished(
    before: Cluster, operation: Operation | None, arrived: Callable[[Cluster], bool], azure: AzureReader
) -> Cluster:
    """Watch the cluster to the end of the operation that a PUT began; raise why it failed, if it did.

    A list that shows the cluster as it was has not seen the PUT yet: every change gives another eTag.
    """

    def ended(cluster: Cluster) -> bool:
        changed = bool(cluster.etag) and cluster.etag != before.etag
        return cluster.idle and (changed or arrived(cluster))

    after = await azure.until(before.id, ended)
    if not after.healthy and operation and (failure := await azure.failure(operation)):
        raise failure
    return after
