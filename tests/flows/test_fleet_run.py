"""What a fleet run knows of its clusters while it goes on."""

from dataclasses import replace

from fleet_identity.assessment import Assessed
from fleet_identity.findings import Code, blocks
from fleet_identity.fleet.rollout import rollout
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from flows.fleet_run import FleetRun
from tests.planning.test_fleet_spec import member


def stopped(name: str) -> Assessed:
    found = member(name)
    return replace(
        found, plan=replace(found.plan, findings=(blocks(Code.CLUSTER_STOPPED, "It is stopped.", "Start it."),))
    )


def test_who_was_blocked_before_its_turn() -> None:
    """What was seen last counts: at a gate, which may have stood for days, not only when the run began."""
    fleet = FleetSpec(strategy=Strategy(stages=(Stage(name="all", groups=(Group(name="rest", rest=True),)),)))
    run = FleetRun(fleet=fleet, stages=rollout(fleet, [stopped("a1"), member("a2"), member("a3")]))
    assert {one.name for one in run.blocked} == {"a1"}
    run.see([member("a1"), stopped("a2")])
    assert {one.name for one in run.blocked} == {"a2"}
    run.see([member("a3")])
    assert {one.name for one in run.blocked} == {"a2"}
