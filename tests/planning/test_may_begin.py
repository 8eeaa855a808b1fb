"""When a plan may begin to disturb its cluster: after the grants' age, in the next opening, and what is told of it."""

from datetime import UTC, datetime

import pytest

from fleet_identity.findings import Code, Finding
from fleet_identity.fleet.may_begin import disturbs, may_begin
from fleet_identity.fleet.run_window import Day, RunWindow
from fleet_identity.opening import Opening
from fleet_identity.outcome import Outcome, State, from_plan, with_opening
from fleet_identity.plan import Plan
from fleet_identity.planner import plan
from fleet_identity.roles import NETWORK_CONTRIBUTOR
from fleet_identity.target import Target
from tests.builders import NEW, NEWER, SUBNET, cluster, grant, identity, pool, surroundings, switched

AT_NIGHT = RunWindow(start_time="22:00", duration_hours=2)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def planned(**target: object) -> Plan:
    return plan(cluster(), surroundings(), Target.model_validate(target))


def shown(found: Opening | Finding) -> Outcome:
    return with_opening(from_plan(planned(), before="", worked=False, seconds=0, noticed=()), found)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-02T06:00", "2026-11-02T22:00"),
        ("2026-11-02T21:30", "2026-11-02T22:30"),  # the grants are an hour old then
        ("2026-11-02T22:30", "2026-11-02T23:30"),
        ("2026-11-02T22:58", "2026-11-03T22:00"),  # two minutes are too little
    ],
)
def test_grants_must_be_old_enough_first(now: str, opens: str) -> None:
    """An opening that ends before the new grants are in effect is none."""
    found = may_begin(planned(), (AT_NIGHT,), at(now))
    assert isinstance(found, Opening)
    assert found.opens == at(opens)


def test_what_needs_no_grant_begins_at_once() -> None:
    """Nothing is added where grants need no age, or are there and old enough."""
    late = at("2026-11-02T23:30")
    held = (grant(NEW, NETWORK_CONTRIBUTOR, SUBNET),)
    there = plan(cluster(), surroundings(identity=identity(), held_by_identity=held), Target())
    for one in (planned(minimum_grant_age_minutes=0), there):
        found = may_begin(one, (AT_NIGHT,), late)
        assert isinstance(found, Opening)
        assert (found.opens, found.closes) == (late, at("2026-11-03T00:00"))


def test_who_is_not_disturbed_waits_for_no_window() -> None:
    """A blocked plan begins nothing, and one with nothing left to do neither."""
    assert disturbs(planned())
    assert not disturbs(plan(cluster(power_state="Stopped"), surroundings(), Target()))
    done = switched(pools=(pool("apps", image=NEWER), pool("system", image=NEWER)))
    assert not disturbs(plan(done, surroundings(identity=identity()), Target()))


def test_it_is_told_before_the_first_step() -> None:
    """The line of the opening stands behind what was found, before what would be done, and is there as data too."""
    outcome = shown(Opening(windows="the run window", opens=at("2026-11-02T22:00"), closes=at("2026-11-03T00:00")))
    whens = [line.when for line in outcome.plan]
    assert whens.index("opens") == whens.index("now") - 1
    told = outcome.plan[whens.index("opens")].what
    assert told == ("disruptive steps may begin from 2026-11-02 22:00 UTC until 2026-11-03 00:00 UTC: the run window")
    assert outcome.opening is not None


@pytest.mark.parametrize("day", ["Tuesday", "Monday"])
def test_windows_that_never_open_together(day: Day) -> None:
    """That is a warning of the plan, which stays one: grants would be made."""
    first, second = (RunWindow(days=(one,), start_time="00:00", duration_hours=1) for one in ("Monday", day))
    found = may_begin(planned(), (first, second), at("2026-11-02T06:00"))
    assert isinstance(found, Finding) == (day == "Tuesday")
    outcome = shown(found)
    assert outcome.state is State.PLANNED
    assert (Code.WINDOW_NEVER_OPENS in {one.code for one in outcome.findings}) == (day == "Tuesday")
    assert len([line for line in outcome.plan if "WindowNeverOpens" in line.what]) == (day == "Tuesday")
