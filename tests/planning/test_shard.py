"""Shards: how a group is cut, what they may still have of its budget, and what they tell."""

import asyncio
from datetime import timedelta

import pytest

from fleet_identity.findings import Code, Finding, Severity
from fleet_identity.fleet.shard import parts
from fleet_identity.fleet.spec import Strategy
from fleet_identity.fleet.tally import Tally
from fleet_identity.opening import Opening
from fleet_identity.outcome import Outcome, State
from fleet_identity.plan import Line
from fleet_identity.report.outcomes_json import from_json, to_json
from fleet_identity.timeline import Phase, Span
from fleet_identity.verdict import PoolVerdict, Verdict
from tasks.permits import slots, taken
from tests.builders import NOW
from tests.planning.test_fleet_spec import member
from tests.planning.test_tally import count, stage


@pytest.mark.parametrize(
    ("members", "size", "lengths"), [(0, 50, []), (50, 50, [50]), (51, 50, [25, 26]), (7, 3, [2, 2, 3]), (2, 1, [1, 1])]
)
def test_how_a_group_is_cut(members: int, size: int, lengths: list[int]) -> None:
    """As few parts as the size allows, none empty, of about the same length; nobody is lost, order is kept."""
    found = parts(range(members), size)
    assert [len(part) for part in found] == lengths
    assert [one for part in found for one in part] == list(range(members))


def test_what_is_left_of_a_budget() -> None:
    """A shard may have as many failures as its group and its stage have left."""
    tally = Tally(stage=stage(max_allowed_failures="2"), strategy=Strategy())
    one, two = tally.stage.groups
    assert (tally.left(one), tally.left(two)) == (1, 2)
    count(tally, "a1")
    assert (tally.left(one), tally.left(two)) == (0, 1)
    count(tally, "a2")
    count(tally, "b1")
    assert (tally.left(one), tally.left(two)) == (0, 0)


def test_outcomes_come_back_as_they_were() -> None:
    """Whatever an outcome holds survives the way from one worker to another."""
    found = Outcome(
        cluster_id=member("a1").cluster.id,
        state=State.WAITING,
        before="service principal",
        after="user-assigned",
        verdicts=(PoolVerdict(pool="system", verdict=Verdict.LIKELY, evidence="rolled", owed=True),),
        findings=(Finding(code=Code.PULL_GAP, severity=Severity.WARNS, evidence="mind", remedy="the gap"),),
        left=("wait",),
        plan=(Line(when="now", what="do", todo="it"),),
        seconds=12.5,
        timeline=(Span(phase=Phase.UPDATE, what="control plane", began=NOW, ended=NOW + timedelta(minutes=5)),),
        opening=Opening(windows="the run window", opens=NOW, closes=NOW + timedelta(hours=8)),
    )
    assert from_json(to_json([found])) == (found,)
    with pytest.raises(ValueError, match="Invalid JSON"):
        from_json("nonsense")


async def test_places_are_taken_as_far_as_there_are_any() -> None:
    """Never more than one wants, than the group has, or than the stage has left; who waits gets them back."""
    group, of_stage = slots(4), slots(3)
    assert await taken((group, of_stage), 2) == 2
    assert await taken((group, of_stage), 2) == 1
    assert await taken((group, of_stage), 2) == 0
    of_stage.release()
    async with asyncio.timeout(1):
        assert await taken((group, of_stage), 9) == 1
