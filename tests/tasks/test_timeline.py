"""Timelines: what is noted of a cluster, for whom, and what is not worth noting."""

import asyncio
from datetime import UTC, datetime

import pytest

from fleet_identity.errors import HeldBackError
from fleet_identity.outcome import Outcome, State
from fleet_identity.resource_id import ResourceId
from fleet_identity.timeline import Phase, Span
from tasks.permits import Halt, Permit, hold, slots
from tasks.timeline import Timeline, Turn, follow, noted, watch_clusters, with_timelines

A, B = ResourceId("/clusters/a"), ResourceId("/clusters/b")


def seen(timeline: Timeline) -> list[tuple[Phase, str, bool]]:
    return [(one.phase, one.what, one.ended is not None) for one in timeline.spans]


async def test_what_lasts_and_what_is_over() -> None:
    """A stretch is seen while it lasts, and when it is over, however it ended."""
    timeline = follow(A)

    def breaks() -> None:
        with noted(Phase.GRANTS, "roles"):
            assert seen(timeline) == [(Phase.GRANTS, "roles", False)]
            raise ValueError("it broke")

    with pytest.raises(ValueError, match="it broke"):
        breaks()
    assert seen(timeline) == [(Phase.GRANTS, "roles", True)]


async def test_each_cluster_has_its_own() -> None:
    """Clusters side by side are told apart, and whoever watches the fleet sees them all."""
    fleet = watch_clusters()

    async def one(cluster: ResourceId, what: str) -> None:
        follow(cluster, run=f"run-{what}")
        with noted(Phase.UPDATE, what):
            await asyncio.sleep(0)

    await asyncio.gather(one(A, "first"), one(B, "second"))
    assert {key: [span.what for span in timeline.spans] for key, timeline in fleet.items()} == {
        A: ["first"],
        B: ["second"],
    }
    assert fleet[A].run == "run-first"


async def test_a_preparation_and_a_run_share_one() -> None:
    """What the fleet's run has prepared is on the timeline that the cluster's own run goes on with."""
    fleet = watch_clusters()
    follow(A)
    with noted(Phase.GRANTS, "identities and roles"):
        pass
    follow(A, run="its-own")
    with noted(Phase.UPDATE, "control plane"):
        pass
    assert [span.phase for span in fleet[A].spans] == [Phase.GRANTS, Phase.UPDATE]
    assert fleet[A].run == "its-own"


async def test_a_turn_that_comes_at_once_is_no_wait() -> None:
    """Only what people had to wait for is shown as waiting; a turn may be taken again and again."""
    timeline = follow(A)
    turn = Turn(Phase.ROLL, "pool system")
    for _ in range(2):
        async with turn:
            assert seen(timeline)[-1] == (Phase.ROLL, "pool system", False)
    assert seen(timeline) == [(Phase.ROLL, "pool system", True)] * 2


async def test_a_turn_that_is_waited_for() -> None:
    """While another has the place, the wait is seen; who is refused leaves nothing under way behind."""
    bounds, halt, timeline = (slots(1),), Halt(), follow(A)
    hold(Permit(bounds=bounds, halt=halt))

    async def try_it() -> None:
        async with Turn(Phase.UPDATE, "control plane"):
            pytest.fail("it must not begin")

    async with Permit(bounds=bounds, halt=halt):
        waiting = asyncio.create_task(try_it())
        await asyncio.sleep(0)
        assert seen(timeline) == [(Phase.WAITING, "for its turn", False)]
        halt.because("too many failed")
    with pytest.raises(HeldBackError):
        await waiting
    assert seen(timeline) == []


async def test_a_long_story_keeps_its_end() -> None:
    """A cluster that changes for weeks fills no memory."""
    timeline = follow(A)
    for number in range(300):
        with noted(Phase.GRANTS, str(number)):
            pass
    assert [span.what for span in timeline.spans] == [str(number) for number in range(100, 300)]


async def test_what_was_noted_in_two_processes() -> None:
    """An outcome gets what was noted here besides what it brings from where its cluster was worked on, each once."""
    fleet = watch_clusters()
    follow(A)
    with noted(Phase.GRANTS, "roles"):
        pass
    here = fleet[A].spans[0]
    there = Span(phase=Phase.UPDATE, what="control plane", began=datetime.now(UTC))
    told = with_timelines([_outcome(A, there, here), _outcome(A), _outcome(B)], fleet)
    assert [one.timeline for one in told] == [(here, there), (here,), ()]


def _outcome(cluster: ResourceId, *spans: Span) -> Outcome:
    return Outcome(cluster_id=cluster, state=State.MIGRATED, timeline=spans)


async def test_nobody_is_followed() -> None:
    """Outside the run of a cluster nothing is noted, and nothing breaks."""
    with noted(Phase.GRANTS, "roles") as told:
        assert told is None
