"""The watch: many wait, one list call an interval."""

import asyncio

import pytest

from fleet_identity.clock import PacedClock
from fleet_identity.cluster import Cluster
from fleet_identity.errors import NeedsHumanError, StillRunningError, TransientError
from fleet_identity.gateway.arm.watch import Watch
from fleet_identity.resource_id import ResourceId
from tests.builders import CLUSTER, cluster

FAST = PacedClock(10_000)


class Lists:
    """Answers list calls one after the other, the last for ever; an error is raised."""

    def __init__(self, *answers: tuple[Cluster, ...] | Exception) -> None:
        self.answers = list(answers)
        self.calls = 0

    async def __call__(self, subscription: str) -> tuple[Cluster, ...]:
        self.calls += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def watch(lists: Lists, patience: float = 3600) -> Watch:
    return Watch(lists, FAST, interval=30, patience=patience)


def idle(seen: Cluster) -> bool:
    return seen.idle


BUSY = cluster(provisioning_state="Updating")
OTHER = ResourceId(f"{CLUSTER}-2")


async def test_one_list_serves_all() -> None:
    """Two hundred who wait for the same interval cost one call."""
    lists = Lists((cluster(), cluster(id=OTHER)))
    here = watch(lists)
    await asyncio.gather(*(here.until(one, idle) for one in (CLUSTER, OTHER) * 100))
    assert lists.calls == 1
    await here.close()


async def test_it_looks_until_it_sees() -> None:
    """The first look for which the predicate holds is the answer."""
    lists = Lists((BUSY,), (BUSY,), (cluster(),))
    seen = await watch(lists).until(CLUSTER, idle)
    assert (seen.idle, lists.calls) == (True, 3)


async def test_it_starts_again_after_a_rest() -> None:
    """Once nobody waits it stops looking, and begins again with the next one."""
    lists = Lists((cluster(),))
    here = watch(lists)
    for _ in range(2):
        await here.until(CLUSTER, idle)
        await asyncio.sleep(0.05)  # long enough for a look that nobody waits for, were there one
    assert lists.calls == 2


async def test_a_passing_fault_is_looked_past() -> None:
    """A list call that fails for the moment does not end anybody's wait."""
    seen = await watch(Lists(TransientError("busy"), (cluster(),))).until(CLUSTER, idle)
    assert seen.idle


@pytest.mark.parametrize("error", [NeedsHumanError("no rights"), ValueError("a defect")])
async def test_any_other_fault_reaches_whoever_waits(error: Exception) -> None:
    """Nobody waits for ever on a watch that can't look."""
    with pytest.raises(type(error), match=str(error)):
        await watch(Lists(error)).until(CLUSTER, idle)


async def test_a_cluster_that_vanishes() -> None:
    """A cluster that is not in the list any more is for a person."""
    with pytest.raises(NeedsHumanError, match="prod is gone"):
        await watch(Lists(())).until(CLUSTER, idle)


async def test_patience_ends() -> None:
    """An operation that does not end is left to the next run, with what it is."""
    with pytest.raises(TransientError, match=r"Updating.*run again later"):
        await watch(Lists((BUSY,)), patience=100).until(CLUSTER, idle)


async def test_closing_stops_the_look() -> None:
    """Closing leaves no task behind."""
    here = watch(Lists((BUSY,)))
    waiting = asyncio.create_task(here.until(CLUSTER, idle))
    await asyncio.sleep(0)
    await here.close()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_patience_ends_even_when_nothing_can_be_seen() -> None:
    """Where the list itself fails for good, whoever waits is told in time, too."""
    with pytest.raises(StillRunningError, match="run again later"):
        await watch(Lists(TransientError("no network")), patience=100).until(CLUSTER, idle)


async def test_a_list_from_before_does_not_count() -> None:
    """Who starts to wait while a list is under way is not told what it looked like before."""
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow(subscription: str) -> tuple[Cluster, ...]:
        asked.set()
        await answer.wait()
        return (cluster(), cluster(id=OTHER))

    here = Watch(slow, FAST, interval=30, patience=3600)
    early = asyncio.create_task(here.until(CLUSTER, idle))
    await asked.wait()
    late = asyncio.create_task(here.until(OTHER, idle))
    await asyncio.sleep(0)
    answer.set()
    await early
    assert not late.done()
    await late
    await here.close()
