"""Permits: who may change clusters at this moment, and who may not begin any more."""

import asyncio
from contextlib import suppress

import pytest

from fleet_identity.errors import HeldBackError, NeedsHumanError, TransientError
from tasks.permits import Halt, Permit, hold, permit


def bounds(*sizes: int) -> tuple[asyncio.Semaphore, ...]:
    return tuple(map(asyncio.Semaphore, sizes))


async def test_without_a_permit_nothing_is_bounded() -> None:
    """A run on one cluster alone waits for nobody."""
    async with asyncio.timeout(1), permit(), permit():
        pass


async def test_a_permit_belongs_to_one_task() -> None:
    """What one cluster's task holds is not found by its siblings."""
    mine = Permit(bounds=bounds(1), halt=Halt())

    async def one() -> bool:
        hold(mine)
        return permit() is mine

    assert await asyncio.create_task(one())
    assert permit() is not mine


async def test_held_back_before_it_began() -> None:
    """What has stopped a run lets no cluster begin, and the reason is told."""
    halt = Halt()
    halt.because("too many failed")
    halt.because("another reason, which came later")
    with pytest.raises(HeldBackError, match="before this cluster began: too many failed"):
        async with Permit(bounds=bounds(1), halt=halt):
            pytest.fail("it must not begin")


def test_what_stopped_a_run_first() -> None:
    """Whether it was the budget is told of the first reason alone."""
    halt = Halt()
    halt.because("somebody stopped it at a gate")
    halt.because("cluster a failed, and group one allows 0", by_budget=True)
    assert not halt.by_budget


async def test_held_back_while_it_waits_for_its_turn() -> None:
    """A cluster that queues when the run is stopped does not begin, and leaves its place to nobody's harm."""
    halt, shared = Halt(), bounds(1, 1)
    waits = Permit(bounds=shared, halt=halt)

    async def begin() -> None:
        async with waits:
            pytest.fail("it must not begin")

    async with Permit(bounds=shared, halt=halt):
        queued = asyncio.create_task(begin())
        await asyncio.sleep(0)
        halt.because("too many failed")
    with pytest.raises(HeldBackError):
        await queued
    assert not any(bound.locked() for bound in shared)


async def test_who_has_begun_may_finish() -> None:
    """A cluster whose first step is done takes the next ones, whatever has stopped the others."""
    halt = Halt()
    mine = Permit(bounds=bounds(1), halt=halt)
    async with mine:
        halt.because("too many failed")
    async with asyncio.timeout(1), mine:
        pass


async def test_an_error_that_time_heals_lets_the_next_one_in() -> None:
    """A step that waits to be tried again keeps no place occupied, and takes one again."""
    shared = bounds(1, 1)
    mine = Permit(bounds=shared, halt=Halt())
    for _ in range(2):
        with suppress(TransientError):
            async with asyncio.timeout(1), mine:
                raise TransientError("not yet")
        assert not any(bound.locked() for bound in shared)


@pytest.mark.parametrize("error", [NeedsHumanError("no quota"), ZeroDivisionError()])
async def test_who_fails_for_good_is_counted_before_the_next_one_begins(error: Exception) -> None:
    """A place is kept until the failure is known to the run, and not longer."""
    halt, shared = Halt(), bounds(1, 1)
    mine = Permit(bounds=shared, halt=halt)
    queued = asyncio.create_task(Permit(bounds=shared, halt=halt).__aenter__())
    with suppress(type(error)):
        async with mine:
            await asyncio.sleep(0)
            raise error
    await asyncio.sleep(0.01)
    assert not queued.done()
    halt.because("it failed")
    await mine.end()
    with pytest.raises(HeldBackError, match="it failed"):
        await queued
    assert not any(bound.locked() for bound in shared)


async def test_who_gives_up_waiting_keeps_no_place() -> None:
    """A cluster that is cancelled while it waits for its stage leaves its group's place."""
    group, stage = bounds(1, 1)
    await stage.acquire()
    queued = asyncio.create_task(Permit(bounds=(group, stage), halt=Halt()).__aenter__())
    await asyncio.sleep(0)
    assert group.locked()
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await queued
    assert not group.locked()


@pytest.mark.parametrize(("group", "stage", "most"), [(1, 2, 2), (3, 1, 1), (2, 3, 3)])
async def test_many_clusters_through_two_bounds(group: int, stage: int, most: int) -> None:
    """Two groups of ten come to an end without a deadlock, and never are more at work than both bounds allow."""
    of_stage, working, seen = asyncio.Semaphore(stage), [0], [0]

    async def step(mine: Permit) -> None:
        async with mine:
            working[0] += 1
            seen[0] = max(seen[0], working[0])
            await asyncio.sleep(0.001)
            working[0] -= 1

    async def cluster(of_group: asyncio.Semaphore) -> None:
        mine = Permit(bounds=(of_group, of_stage), halt=Halt())
        for _ in range(3):
            await step(mine)

    async with asyncio.timeout(5):
        await asyncio.gather(
            *(cluster(of_group) for of_group in (asyncio.Semaphore(group), asyncio.Semaphore(group)) for _ in range(10))
        )
    assert seen[0] == most
