"""Shards, as their fleet's run hands them out, while Prefect's own server is away now and then."""

import asyncio
import logging
from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import State as PrefectState
from prefect.states import Completed, Crashed, Running

from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.rollout import rollout
from fleet_identity.fleet.shard import Shard
from fleet_identity.fleet.spec import Stage
from fleet_identity.fleet.tally import Tally
from fleet_identity.outcome import Outcome, State, failed
from fleet_identity.resource_id import parse_cluster_id
from flows.fleet_run import FleetRun
from flows.shards import hand_out
from tasks.shards import Sight
from tests.builders import NOW
from tests.flows.fleets import group, spec
from tests.planning.test_fleet_spec import member


class Prefect:
    """Runs a shard within a look or two; refuses what it is told to refuse, a call at a time."""

    def __init__(self, *refused: str, trouble: Exception | None = None) -> None:
        self.refused = list(refused)
        self.trouble = trouble or ConnectionError("the server is away")
        self.shards: dict[UUID, Shard] = {}
        self.given_up: list[UUID] = []
        self.looks = 0

    def _answer(self, call: str) -> None:
        if call in self.refused:
            self.refused.remove(call)
            raise self.trouble

    async def start_shard(self, shard: Shard, name: str) -> UUID:
        self._answer("start")
        run = uuid4()
        self.shards[run] = shard
        return run

    async def look_at_shards(self, runs: Collection[UUID]) -> list[Sight]:
        self._answer("look")
        self.looks += 1
        return [self._sight(run) for run in runs]

    def _sight(self, run: UUID) -> Sight:
        if self.looks > 4:
            return Sight(run=run, state=Completed(), outcomes=tuple(self._ended(run)))
        return Sight(run=run, state=Running(), outcomes=tuple(self._ended(run))[:1])

    def _ended(self, run: UUID) -> list[Outcome]:
        return [failed(parse_cluster_id(text), "as told") for text in self.shards[run].clusters]

    async def give_up_shard(self, run: UUID, why: str) -> PrefectState[Any]:
        self._answer("give up")
        self.given_up.append(run)
        return Crashed(message=why)


async def handed_out(prefect: Prefect, monkeypatch: pytest.MonkeyPatch) -> tuple[FleetRun, list[Outcome], list[bool]]:
    """Hand four clusters out in two shards; give the run, the outcomes, and which bounds are still taken."""
    monkeypatch.setenv("FLEET_IDENTITY_SHARD_BEAT", "0.01")
    monkeypatch.setenv("FLEET_IDENTITY_SHARD_PATIENCE", "0.3")
    found = spec(
        Stage(name="all", groups=(group("one", "a*", max_concurrency="2"),)), dispatch="work_pool", shard_size=2
    )
    (stage,) = rollout(found, [member(name) for name in ("a1", "a2", "a3", "a4")])
    run, bounds = FleetRun(fleet=found, stages=[stage]), (asyncio.Semaphore(2),)
    async with asyncio.timeout(30):
        outcomes = await hand_out(stage.groups[0], Tally(stage=stage, strategy=found.strategy), bounds, run, prefect)
        await asyncio.gather(bounds[0].acquire(), bounds[0].acquire())  # a place that was lost would never come
    return run, outcomes, [bound.locked() for bound in bounds]


@pytest.mark.parametrize("refused", [(), ("start",), ("start", "start", "look"), ("look", "look")])
async def test_prefect_is_away_for_a_moment(refused: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever call is refused is made again: each cluster is told of once, and no place is lost or given twice."""
    prefect = Prefect(*refused)
    run, outcomes, taken = await handed_out(prefect, monkeypatch)
    assert [one.cluster_id.name for one in outcomes] == ["a1", "a2", "a3", "a4"]
    assert {one.state for one in outcomes} == {State.FAILED}
    assert len(prefect.shards) == 2
    assert prefect.given_up == []
    assert "a1 failed" in run.halt.reason
    assert taken == [True]
    assert prefect.refused == []


async def test_there_is_no_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person must mend stops the run at once, and says what to do."""
    prefect = Prefect("start", trouble=NeedsHumanError("There is no deployment: deploy it."))
    run, outcomes, taken = await handed_out(prefect, monkeypatch)
    assert {one.state for one in outcomes} == {State.NOT_STARTED}
    assert run.halt.reason == "There is no deployment: deploy it."
    assert (prefect.shards, taken) == ({}, [True])


class AwayForLong(Prefect):
    """Cannot be reached for longer than there is patience with a silent shard; nor can the shards reach it."""

    async def look_at_shards(self, runs: Collection[UUID]) -> list[Sight]:
        self.looks += 1
        if 1 < self.looks < 60:
            raise self.trouble
        if self.looks > 60:
            return [Sight(run=run, state=Completed(), outcomes=tuple(self._ended(run))) for run in runs]
        return [Sight(run=run, state=Running(), renewed=NOW) for run in runs]


async def test_prefect_is_away_for_longer_than_a_shard_may_be_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What shards could not tell while Prefect was away is no silence: none of them is given up."""
    prefect = AwayForLong()
    _, outcomes, _ = await handed_out(prefect, monkeypatch)
    assert {one.left for one in outcomes} == {("as told",)}
    assert (prefect.given_up, len(prefect.shards)) == ([], 2)


class Silent(Prefect):
    """The shards that it starts first fall silent; those that take up their clusters end at once."""

    def _sight(self, run: UUID) -> Sight:
        if run in [*self.shards][:2]:
            return Sight(run=run, state=Running(), renewed=NOW)
        return Sight(run=run, state=Completed(), outcomes=tuple(self._ended(run)))


async def test_shards_fall_silent(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """They are given up, the log says so, and others take up their clusters, of which none fails for it."""
    prefect = Silent()
    with caplog.at_level(logging.WARNING, logger="flows"):
        await handed_out(prefect, monkeypatch)
    first, second = [*prefect.shards][:2]
    assert prefect.given_up == [first, second]
    assert f"Run {first} ended Crashed without telling of 2 clusters." in caplog.messages


class DiesAfterAHalt(Prefect):
    """A cluster of the first shard fails, which stops the run; then the worker of the second is lost."""

    def _sight(self, run: UUID) -> Sight:
        first = run == next(iter(self.shards))
        if self.looks < 3:
            return Sight(run=run, state=Running(), renewed=NOW, outcomes=tuple(self._ended(run))[:first])
        return Sight(run=run, state=Completed() if first else Crashed(), outcomes=tuple(self._ended(run)) * first)


async def test_a_worker_is_lost_after_the_run_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its clusters may stand half-way: they are Failed, to be looked at by another run, and not "not begun"."""
    prefect = DiesAfterAHalt()
    run, outcomes, taken = await handed_out(prefect, monkeypatch)
    lost = [one for one in outcomes if "worker" in one.left[0]]
    assert [(one.cluster_id.name, one.state) for one in lost] == [("a3", State.FAILED), ("a4", State.FAILED)]
    assert "run again" in lost[0].left[0]
    assert (len(prefect.shards), taken) == (2, [True])
    assert "a1 failed" in run.halt.reason
