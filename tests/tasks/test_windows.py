"""Windows and permits: what is waited for, what is not held meanwhile, and what ends the wait."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest

from fleet_identity.errors import HeldBackError, NeedsHumanError, PlanAgedError
from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.maintenance import NODE_OS, MaintenanceConfiguration, Schedule
from fleet_identity.recurrence import Weekly
from fleet_identity.resource_id import ResourceId
from tasks.permits import Halt, Permit
from tasks.windows import Windows
from tests.builders import CLUSTER, NOW
from tests.planning.pure_world import PureWorld, WorldClock

TONIGHT = RunWindow(start_time="22:00", duration_hours=4)
SOON = RunWindow(start_time="06:30", duration_hours=4)
ANY_TIME = RunWindow(start_time="00:00", duration_hours=24)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def weekly(day: int) -> MaintenanceConfiguration:
    """Planned maintenance at night, on a day of the week (Monday is 0)."""
    opens = Schedule(recurrence=Weekly(days=(day,)), start=time(20), lasts=timedelta(hours=6), zone=UTC, since=None)
    return MaintenanceConfiguration(name=NODE_OS, opens=opens)


@dataclass
class World(PureWorld):
    """A world whose planned maintenance is read, and counted."""

    planned: tuple[MaintenanceConfiguration, ...] = ()
    readings: int = 0

    async def maintenance(self, cluster_id: ResourceId) -> tuple[MaintenanceConfiguration, ...]:
        self.readings += 1
        return self.planned


class Clock(WorldClock):
    """Does something at each nap."""

    def __init__(self, world: World, at_each_nap: Callable[[], None]) -> None:
        super().__init__(world)
        self._at_each_nap = at_each_nap

    async def sleep(self, seconds: float) -> None:
        self._at_each_nap()
        await super().sleep(seconds)


def nothing() -> None:
    """Do nothing."""


def windows(world: World, *run: RunWindow, own: bool = False, at_each_nap: Callable[[], None] = nothing) -> Windows:
    """The windows of the world's cluster."""
    return Windows(cluster_id=CLUSTER, run=run, own=own, azure=world, clock=Clock(world, at_each_nap))


def a_permit(found: Windows | None, bound: asyncio.Semaphore, halt: Halt | None = None) -> Permit:
    return Permit(bounds=(bound,), halt=Halt() if halt is None else halt, windows=found)


async def test_a_wait_holds_no_place(caplog: pytest.LogCaptureFixture) -> None:
    """All through the wait others may enter; what is awaited, and until when it is open, is told."""
    caplog.set_level(logging.INFO, "tasks.windows")
    world, bound, locked = World(), asyncio.Semaphore(1), list[bool]()
    mine = a_permit(windows(world, SOON, at_each_nap=lambda: locked.append(bound.locked())), bound)
    async with mine:
        assert world.now >= at("2026-01-05T06:30")
        assert bound.locked()
    assert locked
    assert not any(locked)
    assert caplog.messages == [
        "Waiting for the run window: open from 2026-01-05T06:30+00:00 until 2026-01-05T10:30+00:00."
    ]


async def test_an_open_window_is_no_wait() -> None:
    """What is open is entered at once, as often as there are steps; one under way is let finish when it closes."""
    world, bound = World(), asyncio.Semaphore(1)
    mine = a_permit(windows(world, RunWindow(start_time="04:00", duration_hours=4)), bound)
    for _ in range(2):
        async with mine:
            pass
    async with mine:
        world.now = at("2026-01-05T12:00")
    assert not bound.locked()


async def test_a_plan_that_has_waited_is_made_anew() -> None:
    """After a wait of hours nothing begins on what was planned before; the next try begins at once."""
    world, bound = World(), asyncio.Semaphore(1)
    mine = a_permit(windows(world, TONIGHT), bound)
    with pytest.raises(PlanAgedError, match="The wait for the run window is over"):
        async with mine:
            pytest.fail("it must not begin")
    assert world.now == at("2026-01-05T22:00")
    assert not bound.locked()
    async with mine:
        assert world.now == at("2026-01-05T22:00")


async def test_a_window_that_closes_in_the_queue() -> None:
    """Whoever gets a place too late leaves it, and waits for the next opening outside the queue."""
    world, bound = World(now=at("2026-01-05T22:30")), asyncio.Semaphore(1)
    late = a_permit(windows(world, TONIGHT), bound)
    async with a_permit(None, bound):
        queued = asyncio.create_task(late.__aenter__())
        await asyncio.sleep(0.01)
        assert not queued.done()
        world.now = at("2026-01-06T01:56")  # open for four minutes more: too few
    with pytest.raises(PlanAgedError):
        await queued
    assert world.now == at("2026-01-06T22:00")
    assert not bound.locked()


async def test_a_run_that_is_stopped_ends_the_wait() -> None:
    """A cluster that has not begun does not wait for days to hear it."""
    world, bound, halt = World(), asyncio.Semaphore(1), Halt()

    def stop_later() -> None:
        if world.now > at("2026-01-05T07:00"):
            halt.because("too many failed")

    mine = a_permit(windows(world, TONIGHT, at_each_nap=stop_later), bound, halt)
    with pytest.raises(HeldBackError, match="too many failed"):
        async with mine:
            pytest.fail("it must not begin")
    assert world.now < at("2026-01-05T07:15")
    assert not bound.locked()


async def test_who_has_begun_waits_for_its_next_window() -> None:
    """A stopped run brings to its end what it has begun, and within windows too."""
    world, bound, halt = World(now=at("2026-01-05T23:00")), asyncio.Semaphore(1), Halt()
    mine = a_permit(windows(world, TONIGHT), bound, halt)
    async with mine:
        halt.because("too many failed")
        world.now = at("2026-01-06T06:00")
    with pytest.raises(PlanAgedError):
        async with mine:
            pytest.fail("it must not begin")
    async with mine:
        assert world.now == at("2026-01-06T22:00")


async def test_both_windows_count() -> None:
    """A step begins when the run window and the cluster's own are open at once; where it has none, the run's alone."""
    world = World(planned=(weekly(2),))
    with pytest.raises(PlanAgedError, match="the run window and the cluster's planned maintenance"):
        await windows(world, TONIGHT, own=True).until_open(nothing)
    assert world.now == at("2026-01-07T22:00")
    without = World()
    assert not await windows(without, TONIGHT, own=True).are_open()
    assert await windows(without, own=True).are_open()


async def test_planned_maintenance_is_read_once_a_wait() -> None:
    """Not for each step, and not where nobody asks; after a wait of days its owners may have changed it."""
    world = World(now=at("2026-01-07T20:00"), planned=(weekly(2),))
    mine = a_permit(windows(world, own=True), asyncio.Semaphore(1))
    for _ in range(3):
        async with mine:
            pass
    assert world.readings == 1
    world.now, world.planned = at("2026-01-08T06:00"), (weekly(3),)
    with pytest.raises(PlanAgedError):
        async with mine:
            pytest.fail("it must not begin")
    assert world.now == at("2026-01-14T20:00")
    with pytest.raises(PlanAgedError):
        async with mine:
            pytest.fail("it has been moved to Thursdays")
    assert world.now == at("2026-01-15T20:00")
    assert world.readings == 2
    nobody_asks = World(planned=(weekly(2),))
    assert await windows(nobody_asks, ANY_TIME).are_open()
    assert nobody_asks.readings == 0


@pytest.mark.parametrize(
    ("planned", "told"),
    [
        (weekly(2), "the run window and the cluster's planned maintenance .aksManagedNodeOSUpgradeSchedule. must be"),
        (MaintenanceConfiguration(name="somethingNew", opens=weekly(2).opens), "no such configuration is known"),
    ],
)
async def test_what_never_opens_is_for_a_person(planned: MaintenanceConfiguration, told: str) -> None:
    """Windows that are never open together, or that can't be told, end the cluster's run in a sentence."""
    world, bound = World(planned=(planned,)), asyncio.Semaphore(1)
    with pytest.raises(NeedsHumanError, match=told):
        async with a_permit(windows(world, RunWindow(start_time="08:00", duration_hours=4), own=True), bound):
            pytest.fail("it must not begin")
    assert world.now == NOW
    assert not bound.locked()
