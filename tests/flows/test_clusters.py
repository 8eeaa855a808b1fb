"""Clusters side by side: runs begin a few at a time, so that the first are changed while the last have yet to begin."""

import asyncio
from collections.abc import Callable

import pytest

from fleet_identity.outcome import Outcome, State
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from flows.clusters import migrate_clusters
from tasks.permits import Halt, Permit, slots, tell_planned

MANY = [ResourceId(f"/clusters/c{number:02}") for number in range(30)]


class Runs:
    """Stands for the runs of clusters: which have begun, in order, and how many were on their way to a plan at once."""

    def __init__(self, plans: Callable[[ResourceId], bool], *, until: int) -> None:
        """None ends before so many have begun."""
        self.plans, self.until = plans, until
        self.begun: list[str] = []
        self.planning = self.most = 0
        self.go_on = asyncio.Event()

    async def migrate(self, cluster: ResourceId, target: Target) -> Outcome:
        self.begun.append(cluster.name)
        if len(self.begun) == self.until:
            self.go_on.set()
        self.planning += 1
        self.most = max(self.most, self.planning)
        await asyncio.sleep(0)
        if self.plans(cluster):
            self.planning -= 1
            tell_planned()
        await self.go_on.wait()
        return Outcome(cluster_id=cluster, state=State.MIGRATED)


async def carried_out(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> list[Outcome]:
    monkeypatch.setattr("flows.clusters._migrate", runs.migrate)
    bounds, halt = (slots(1),), Halt()
    async with asyncio.timeout(30):
        return await migrate_clusters(MANY, Target(), lambda _: Permit(bounds=bounds, halt=halt), lambda _: None)


async def test_a_plan_lets_the_next_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than eight are on their way to a plan; whoever has one waits for nobody's end, and order is kept."""
    runs = Runs(plans=lambda _: True, until=len(MANY))
    found = await carried_out(runs, monkeypatch)
    assert runs.most == 8
    assert runs.begun == [one.name for one in MANY]
    assert [one.cluster_id for one in found] == MANY


async def test_an_end_lets_the_next_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends without a plan, having failed, is no longer on its way: the others get their turn."""
    runs = Runs(plans=lambda _: False, until=8)
    assert len(await carried_out(runs, monkeypatch)) == len(MANY)


async def test_who_gets_no_plan_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that Azure keeps from their plans give their places up after a while, though they go on."""
    monkeypatch.setattr("flows.clusters._LONG", 0.01)
    runs = Runs(plans=lambda _: False, until=len(MANY))
    await carried_out(runs, monkeypatch)
    assert runs.most == len(MANY)


async def test_who_would_be_changed_is_not_begun_once_the_run_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even looked at: that would cost Azure and Prefect, and fail where Azure is what has failed."""
    runs, bounds, halt = Runs(plans=lambda _: False, until=1), (slots(1),), Halt()
    monkeypatch.setattr("flows.clusters._migrate", runs.migrate)

    def permit_of(cluster: ResourceId) -> Permit:
        def stopped(reason: str) -> Outcome:
            return Outcome(cluster_id=cluster, state=State.NOT_STARTED, left=(reason,))

        return Permit(bounds=bounds, halt=halt, if_stopped=None if cluster == MANY[-1] else stopped)

    found = await migrate_clusters(MANY, Target(), permit_of, lambda _: halt.because("one failed"))
    assert runs.begun == [*(one.name for one in MANY[:8]), MANY[-1].name]
    assert {one.left for one in found[8:-1]} == {("one failed",)}
