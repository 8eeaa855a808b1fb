"""What counts as a failure, what exhausts a budget, and what holds a stage."""

from dataclasses import replace
from typing import Any

import pytest

from fleet_identity.findings import Code, blocks, warns
from fleet_identity.fleet.rollout import RolloutStage, rollout
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.fleet.tally import Tally, holds, passed
from fleet_identity.outcome import Outcome, State
from fleet_identity.plan import Plan
from fleet_identity.record import Rolls, SwitchRecord, pack
from fleet_identity.report.evidence import evidence
from fleet_identity.target import Target
from fleet_identity.verdict import PoolVerdict, Verdict
from tests.builders import NOW
from tests.planning.test_fleet_spec import member

ONE = Group(name="one", name_pattern="a*", max_allowed_failures="1")
TWO = Group(name="two", rest=True, max_allowed_failures="2")


def stage(**changes: Any) -> RolloutStage:
    """Four clusters in two groups."""
    found = FleetSpec(strategy=Strategy(stages=(Stage(name="all", groups=(ONE, TWO), **changes),)))
    return rollout(found, [member(name) for name in ("a1", "a2", "b1", "b2")])[0]


def outcome(name: str, state: State = State.FAILED, *verdicts: Verdict) -> Outcome:
    pools = tuple(PoolVerdict(pool=one.value, verdict=one, evidence="", owed=False) for one in verdicts)
    return Outcome(cluster_id=member(name).cluster.id, state=state, verdicts=pools, left=("why",))


def count(tally: Tally, name: str, state: State = State.FAILED, *, blocked: bool = False) -> str:
    group = tally.stage.groups[0 if name.startswith("a") else 1]
    return tally.add(group, outcome(name, state), blocked=blocked)


def test_a_group_has_a_budget() -> None:
    """As many as it allows are put up with; the next one is told."""
    tally = Tally(stage=stage(max_allowed_failures="9"), strategy=Strategy())
    assert count(tally, "a1", State.NEEDS_HUMAN) == ""
    assert count(tally, "b1") == ""
    assert count(tally, "a2") == "cluster a2 failed, and group one allows 1"


def test_a_stage_has_a_budget_over_its_groups() -> None:
    """What each group may have can be too much together; a share of the stage's clusters is rounded up."""
    tally = Tally(stage=stage(max_allowed_failures="26%"), strategy=Strategy())
    assert [count(tally, "a1"), count(tally, "b1")] == ["", ""]
    assert count(tally, "b2") == "cluster b2 failed, and stage all allows 2"


@pytest.mark.parametrize("state", [one for one in State if one not in {State.FAILED, State.NEEDS_HUMAN}])
def test_what_is_no_failure(state: State) -> None:
    """Waiting, planned, held back, arrived: nothing is taken from a budget."""
    tally = Tally(stage=stage(), strategy=Strategy(blocked_counts=True))
    assert count(tally, "a1", state) == ""
    assert tally.failed == {}


@pytest.mark.parametrize(("counts", "failed"), [(False, {}), (True, {"one": 1})])
def test_blocked_before(counts: bool, failed: dict[str, int]) -> None:
    """What was blocked before its stage counts where the strategy says so; a run that broke down always does."""
    tally = Tally(stage=stage(max_allowed_failures="9"), strategy=Strategy(blocked_counts=counts))
    count(tally, "a1", State.NEEDS_HUMAN, blocked=True)
    assert tally.failed == failed
    count(tally, "b1", State.FAILED, blocked=True)
    assert tally.failed == failed | {"two": 1}


def test_who_turns_bad_counts_for_its_group() -> None:
    """The soak takes from the same budgets."""
    tally = Tally(stage=stage(), strategy=Strategy())
    assert tally.add_turned_bad(member("b1").cluster.id) == "cluster b1 failed, and stage all allows 0"
    assert tally.failed == {"two": 1}


@pytest.mark.parametrize(
    ("strategy", "found", "held"),
    [
        ({}, outcome("a1", State.MIGRATED, Verdict.LIKELY), ""),
        ({}, outcome("a1", State.MIGRATED, Verdict.VERIFIED), ""),
        (
            {},
            outcome("a1", State.MIGRATED, Verdict.LIKELY, Verdict.UNKNOWN),
            "pool unknown of cluster a1 is not likely",
        ),
        ({"verdict": "verified"}, outcome("a1", State.MIGRATED, Verdict.LIKELY), "pool likely of cluster a1"),
        ({}, outcome("a1", State.WAITING, Verdict.UNKNOWN), "waits for a node image"),
        ({"waiting_passes": True}, outcome("a1", State.WAITING, Verdict.UNKNOWN), ""),
        ({"waiting_passes": True}, outcome("a1", State.MIGRATED, Verdict.UNKNOWN), ""),
        ({"waiting_passes": True}, outcome("a1", State.NOT_STARTED), "cluster a1 of stage all was not begun"),
        (
            {"waiting_passes": True, "verdict": "verified"},
            outcome("a1", State.MIGRATED, Verdict.LIKELY),
            "pool likely of cluster a1",
        ),
        ({}, outcome("a1", State.ALREADY_MIGRATED, Verdict.UNKNOWN), ""),
        ({}, outcome("a1", State.NOT_STARTED), "cluster a1 of stage all was not begun"),
        ({}, outcome("a1", State.SKIPPED), ""),
        ({}, outcome("a1", State.FAILED), ""),
    ],
)
def test_what_holds_a_stage(strategy: dict[str, Any], found: Outcome, held: str) -> None:
    """A stage passes on evidence; failures are the budget's, and what was done before this run is trusted."""
    target = Target(in_cluster_checks="verdict" in strategy)
    told = holds(stage(), [found], FleetSpec(target=target, strategy=Strategy(**strategy)))
    assert held in told
    assert bool(told) == bool(held)


@pytest.mark.parametrize(
    ("record", "verdict", "holding"),
    [
        (SwitchRecord(switched_at=NOW, images={}, client_id="sp", rolls=Rolls.PUT), Verdict.UNKNOWN, True),
        (SwitchRecord(switched_at=NOW, images={}, client_id="sp", rolls=Rolls.PUT), Verdict.LIKELY, False),
        (SwitchRecord(switched_at=NOW, images={}, left="created", rolls=Rolls.NONE), Verdict.UNKNOWN, False),
        (None, Verdict.UNKNOWN, False),
    ],
)
def test_what_holds_a_stage_holds_it_again(record: SwitchRecord | None, verdict: Verdict, holding: bool) -> None:
    """A cluster whose nodes an earlier run has switched, without proof, holds its stage however often it is run."""
    tags = pack(record, Target().tag_prefix) if record else {}
    found = rollout(FleetSpec(), [member("a1", tags=tags)])[0]
    assert bool(holds(found, [outcome("a1", State.ALREADY_MIGRATED, verdict)], FleetSpec())) == holding


def test_who_is_observed() -> None:
    """Only those that have arrived."""
    assert {one for one in State if passed(outcome("a1", one))} == {State.MIGRATED, State.ALREADY_MIGRATED}


def test_the_page_of_a_gate() -> None:
    """What was done, what is left of it, what comes next and what is at risk; long lists are cut."""
    done = [outcome("a1", State.MIGRATED, Verdict.LIKELY), outcome("a2", State.NEEDS_HUMAN)]
    page = evidence("Before stage all", done, [member(f"b{number}") for number in range(22)])
    for told in ("# Before stage all", "Clusters: 1 Migrated, 1 NeedsHuman.", "identity: 1 likely.", "- a2: why"):
        assert told in page
    for told in ("## Next: 22 clusters, 132 nodes", "- b0 (service principal): switch the control plane", "and 2 more"):
        assert told in page
    assert "Nothing has been changed" in evidence("After", [], [])
    assert "`" not in page


def test_a_gate_counts_what_will_be_disturbed() -> None:
    """Blocked clusters are told apart, with their names, and so is how many have nothing disruptive ahead."""
    ready, done = member("b0"), member("b1")
    blocked = [replace(one, plan=_blocked(one.plan)) for one in (member("b2"), member("b3"))]
    done = replace(done, plan=replace(done.plan, now=(), later=(), findings=()))
    page = evidence("Before stage all", [], [ready, done, *blocked])
    assert "## Next: 1 cluster, 6 nodes" in page
    assert "Nothing that disturbs nodes is left to do on 1 more." in page
    assert "2 more are blocked, and left as they are: b2, b3." in page
    assert "1 more is blocked, and left as it is: b2." in evidence("Before", [], blocked[:1])


def _blocked(found: Plan) -> Plan:
    return replace(found, findings=(blocks(Code.RESOURCE_LOCK, "A lock.", "Remove it."),))


def test_a_gate_says_what_is_at_risk() -> None:
    """Each warning with what it says of one cluster, whole or cut, and how many have it; the blocked run no risk."""
    one, other, blocked = member("b0"), member("b1"), member("b2")
    risk = warns(Code.PULL_GAP, "Nodes that boot can't pull " + "now " * 200, "Run `this`.")
    warned = [replace(it, plan=replace(it.plan, findings=(risk,))) for it in (one, other)]
    lone = warns(Code.TERRAFORM, "Terraform `may` take it back.", "Ask.")
    blocked = replace(blocked, plan=replace(_blocked(blocked.plan), findings=(*_blocked(blocked.plan).findings, lone)))
    page = evidence("Before stage all", [], [*warned, blocked])
    assert "- PullGap (2 clusters, such as b0): Nodes that boot can't pull now" in page
    assert "now ...\n" in page
    assert "Terraform" not in page
    told = replace(one, plan=replace(one.plan, findings=(lone,)))
    assert f"- {Code.TERRAFORM} (b0): Terraform may take it back. Ask." in evidence("Before", [], [told])
