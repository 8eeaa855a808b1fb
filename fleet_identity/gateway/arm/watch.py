"""Watches clusters under change: one list call per subscription and interval, however many are watched.

Reading the status of each operation instead would draw on Azure's scarcest allowance (two a second per
subscription), and a run that was started again has no operation to ask for.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster
from fleet_identity.errors import NeedsHumanError, StillRunningError, TransientError
from fleet_identity.resource_id import ResourceId

ListClusters = Callable[[str], Awaitable[tuple[Cluster, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """One who waits for a cluster to look as it wants."""

    cluster_id: ResourceId
    predicate: Callable[[Cluster], bool]
    seen: asyncio.Future[Cluster]
    deadline: float

    def look(self, clusters: dict[ResourceId, Cluster], now: float) -> None:
        """Wake the one who waits, if there is a reason to."""
        cluster = clusters.get(self.cluster_id)
        if cluster is None:
            self.fail(_gone(self.cluster_id))
        elif self.predicate(cluster):
            self._done(cluster)
        else:
            self.give_up_in_time(now, cluster.operation)

    def give_up_in_time(self, now: float, operation: str = "unknown") -> None:
        """Wake the one who waits with an error once patience is over."""
        if now >= self.deadline:
            self.fail(_too_long(self.cluster_id, operation))

    def fail(self, error: Exception) -> None:
        """Wake the one who waits with an error."""
        if not self.seen.done():
            self.seen.set_exception(error)

    def _done(self, cluster: Cluster) -> None:
        if not self.seen.done():
            self.seen.set_result(cluster)


class Watch:
    """Looks at the clusters of a subscription for as long as somebody waits for one of them."""

    def __init__(self, list_clusters: ListClusters, clock: Clock, interval: float, patience: float) -> None:
        """Look every `interval` seconds; give up on a cluster after `patience` seconds."""
        self._list = list_clusters
        self._clock = clock
        self._interval = interval
        self._patience = patience
        self._waiting: dict[str, list[Watcher]] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}

    async def until(self, cluster_id: ResourceId, predicate: Callable[[Cluster], bool]) -> Cluster:
        """Return the first look at the cluster for which `predicate` holds."""
        subscription = cluster_id.subscription.lower()
        watcher = Watcher(
            cluster_id=cluster_id,
            predicate=predicate,
            seen=asyncio.get_running_loop().create_future(),
            deadline=self._clock.deadline(self._patience),
        )
        self._waiting.setdefault(subscription, []).append(watcher)
        if subscription not in self._looking:
            self._looking[subscription] = asyncio.create_task(self._look_on(subscription))
        try:
            return await watcher.seen
        finally:
            self._waiting[subscription].remove(watcher)

    async def close(self) -> None:
        """Stop looking."""
        tasks = list(self._looking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_on(self, subscription: str) -> None:
        try:
            while any(not watcher.seen.done() for watcher in self._waiting[subscription]):
                await self._clock.sleep(self._interval)
                await self._look(subscription)
        finally:
            del self._looking[subscription]

    async def _look(self, subscription: str) -> None:
        # who registers while the list is under way may have changed the cluster since: it gets the next look
        watchers = tuple(self._waiting[subscription])
        try:
            clusters = {cluster.id: cluster for cluster in await self._list(subscription)}
        except TransientError:
            for watcher in watchers:
                watcher.give_up_in_time(self._clock.now())
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, or would wait for ever
            for watcher in watchers:
                watcher.fail(error)
        else:
            for watcher in watchers:
                watcher.look(clusters, self._clock.now())


def _gone(cluster_id: ResourceId) -> NeedsHumanError:
    return NeedsHumanError(f"Cluster {cluster_id.name} is gone: find out who deleted or moved it.")


def _too_long(cluster_id: ResourceId, operation: str) -> StillRunningError:
    return StillRunningError(
        f"The operation on cluster {cluster_id.name} ({operation}) has not ended yet; run again later to go on."
    )
