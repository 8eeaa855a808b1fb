"""Migrates clusters side by side, each in a run of its own, as many at a time as their permits allow."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from fleet_identity.outcome import Outcome, failed
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from flows.migrate_cluster import migrate_cluster
from tasks.conclude import outcome_of, state_of
from tasks.permits import Permit, hold, slots

T = TypeVar("T")
_STARTS = 8
"""Runs on their way to their first plan. A run costs Prefect's server a good deal to begin: if all of a large fleet
began at once, the first would get to its change only when the last had begun."""
_LONG = 30.0
"""Seconds, real ones, after which a run that is kept from its plan holds up the next no longer."""


async def migrate_clusters(
    clusters: Sequence[ResourceId],
    target: Target,
    permit_of: Callable[[ResourceId], Permit],
    ended: Callable[[Outcome], None],
) -> list[Outcome]:
    """Migrate all; `ended` hears of each outcome before another cluster may take the place of that one."""
    starts = slots(_STARTS)

    async def one(cluster: ResourceId) -> Outcome:
        permit = permit_of(cluster)
        hold(permit)
        await starts.acquire()
        next_one = asyncio.create_task(_let_begin(starts, permit))
        try:
            outcome = permit.without_a_look() or await _migrate(cluster, target)
            ended(outcome)
        finally:
            permit.planned.set()
            await asyncio.gather(next_one, permit.end())
        return outcome

    return await side_by_side(map(one, clusters))


async def side_by_side(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run each in a task of its own, for a permit belongs to one cluster; when one ends the run, so do the others.

    A run that is suspended leaves through here: whoever else waits at a gate must not ask any more.
    """
    tasks = [asyncio.create_task(call) for call in calls]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # they use the session, which closes after this


async def _let_begin(starts: asyncio.Semaphore, before: Permit) -> None:
    """Let the next run begin once this one has its plan, for what follows is for Azure to do."""
    with suppress(TimeoutError):
        await asyncio.wait_for(before.planned.wait(), _LONG)
    starts.release()


async def _migrate(cluster: ResourceId, target: Target) -> Outcome:
    try:
        ending = migrate_cluster(cluster.text, target=target, dry_run=False, return_state=True)
        return await outcome_of(cluster, await state_of(ending))
    except Exception as error:  # noqa: BLE001 - Prefect could not even start or end the run: the others go on
        return failed(cluster, f"Prefect could not run it: {error}")
