"""Windows on the real engine: no disruptive step begins outside them, and none that has begun is broken off."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fleet_identity.findings import Code
from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.fleet.spec import Stage
from fleet_identity.outcome import State
from simulator import Simulator
from tests.flows.conftest import Azure
from tests.flows.fleets import carry_out, disrupted, fleet, group, is_switch, plans, rolls, spec, states, switched

PACE = 3600.0
"""An hour of Azure's time a second: a window of four hours is longer than a round takes here, on a busy machine too."""
LATE = 1
"""Hours: what lies between the look at the time and the PUT, a second of a busy machine, is an hour here."""
ALL = Stage(name="all", groups=(group("one", "*"),))
NODE_OS = "aksManagedNodeOSUpgradeSchedule"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def disruptions(simulator: Simulator) -> list[tuple[str, datetime]]:
    """Which cluster was switched or rolled, and when that began."""
    return [
        (one.path.split("/")[8], one.at)
        for one in simulator.journal
        if is_switch(one.method, one.path) or one.path.endswith("/upgradeNodeImageVersion")
    ]


async def test_nothing_begins_outside_the_run_window(azure: Azure) -> None:
    """Grants are made at once, in the afternoon; switch and rolls of each cluster begin at night and not before."""
    simulator = azure(fleet(rolls("a1"), rolls("a2"), starts_at="2026-11-02T15:00:00Z"), pace=PACE)
    tonight = RunWindow(start_time="22:00", duration_hours=4)
    assert set(states(await carry_out(spec(ALL, window=tonight))).values()) == {State.MIGRATED}
    assert sorted(name for name, _ in disruptions(simulator)) == ["a1", "a1", "a2", "a2"]
    assert {began.hour for _, began in disruptions(simulator)} <= {22, 23, 0, 1, 1 + LATE}
    granted = [one.at for one in simulator.journal if one.method == "PUT" and "roleAssignments" in one.path]
    assert min(granted) < at("2026-11-02T22:00")


async def test_what_has_begun_is_let_finish(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    """A switch that outlasts the window ends in peace; the roll that follows waits for the next day.

    However many windows that takes: the rounds that a cluster has are for changes under our hands.
    """
    monkeypatch.setattr("flows.migrate_cluster.MAX_ROUNDS", 3)
    simulator = azure(fleet(rolls("a1"), timing={"update": "5h", "role_propagation": 0}), pace=2 * PACE)
    by_day = RunWindow(start_time="10:00", duration_hours=4)
    assert states(await carry_out(spec(ALL, window=by_day))) == {"a1": State.MIGRATED}
    (_, switch), (_, roll) = disruptions(simulator)
    assert all(10 <= began.hour < 14 + LATE for began in (switch, roll))
    assert roll.date() > switch.date()


async def test_a_wait_for_a_window_holds_up_nobody(azure: Azure) -> None:
    """One at a time: while one cluster waits for its planned maintenance, the other is moved."""
    later = {"name": NODE_OS, "weekly": "Wednesday", "start": "06:00", "hours": 24}
    members = (rolls("a1", maintenance_windows=[later]), rolls("a2"))
    simulator = azure(fleet(*members, starts_at="2026-11-03T06:00:00Z"), pace=2 * PACE)
    outcomes = await carry_out(spec(ALL, maintenance_windows=True))
    assert set(states(outcomes).values()) == {State.MIGRATED}
    assert disrupted(simulator) == ["a2", "a2", "a1", "a1"]
    began = [moment for name, moment in disruptions(simulator) if name == "a1"]
    assert all(at("2026-11-04T06:00") <= moment < at("2026-11-05T06:00") for moment in began)


async def test_planned_maintenance_is_read_only_where_asked_for(azure: Azure) -> None:
    """Without the word in the strategy a cluster's windows cost nothing, and hold nothing."""
    window = {"name": NODE_OS, "weekly": "Friday", "start": "06:00", "hours": 4}
    simulator = azure(fleet(rolls("a1", maintenance_windows=[window])), pace=PACE)
    assert states(await carry_out(spec(ALL))) == {"a1": State.MIGRATED}
    assert not [one for one in simulator.journal if "maintenanceConfigurations" in one.path]
    assert all(began < at("2026-11-06T06:00") for _, began in disruptions(simulator))


@pytest.mark.parametrize(
    "window",
    [
        {"name": "aksManagedAutoUpgradeSchedule", "monthly": "First Monday", "start": "10:00", "utc_offset": "+02:00"},
        {"name": "default", "weekly": "Monday", "start": "08:00"},
        {
            "name": NODE_OS,
            "daily": True,
            "start": "00:00",
            "utc_offset": "-08:00",
            "start_date": "2026-10-30",
            "not_allowed": [{"start": "2026-10-31", "end": "2026-11-01"}],
        },
    ],
)
async def test_a_cluster_is_moved_in_its_own_window(azure: Azure, window: dict[str, Any]) -> None:
    """Whatever kind of schedule its owners chose: each of these opens on Monday at eight in the morning, by UTC."""
    described = rolls("a1", maintenance_windows=[window | {"hours": 16}])
    simulator = azure(fleet(described, starts_at="2026-11-02T05:00:00Z"), pace=PACE)
    assert states(await carry_out(spec(ALL, maintenance_windows=True))) == {"a1": State.MIGRATED}
    began = [moment for _, moment in disruptions(simulator)]
    assert len(began) == 2
    assert all(at("2026-11-02T08:00") <= moment < at("2026-11-03T00:00") for moment in began)


@pytest.mark.dry_run
async def test_a_plan_says_when_it_may_begin(azure: Azure) -> None:
    """The next time at which both windows are open, the grants' age past; nothing for who is not disturbed."""
    wednesday = {"name": NODE_OS, "weekly": "Wednesday", "start": "20:00", "hours": 4}
    never = {"name": NODE_OS, "weekly": "Wednesday", "start": "06:00", "hours": 4}
    stopped = rolls("b1", power="Stopped")
    azure(fleet(rolls("a1", maintenance_windows=[wednesday]), rolls("a2", maintenance_windows=[never]), stopped))
    tonight = RunWindow(start_time="22:00", duration_hours=4)
    outcomes = await plans(spec(ALL, window=tonight, maintenance_windows=True))
    opening = outcomes["a1"].opening
    assert opening is not None
    assert (opening.opens, opening.closes) == (at("2026-11-04T22:00"), at("2026-11-05T00:00"))
    assert opening.windows == f"the run window and the cluster's planned maintenance ({NODE_OS})"
    assert [line.when for line in outcomes["a1"].plan].count("opens") == 1
    assert Code.WINDOW_NEVER_OPENS in {one.code for one in outcomes["a2"].findings}
    assert [outcomes[name].opening for name in ("a2", "b1")] == [None, None]


@pytest.mark.dry_run
async def test_a_plan_without_windows_says_nothing_of_them(azure: Azure) -> None:
    """Any time will do, and planned maintenance is not even read."""
    window = {"name": NODE_OS, "weekly": "Friday", "start": "06:00", "hours": 4}
    simulator = azure(fleet(rolls("a1", maintenance_windows=[window])))
    assert (await plans(spec(ALL)))["a1"].opening is None
    assert not [one for one in simulator.journal if "maintenanceConfigurations" in one.path]


UNCLEAR = {"name": NODE_OS, "weekly": "Friday", "every": 2, "start_date": "2026-10-31", "start": "06:00", "hours": 4}
"""From a Saturday on: the first Friday lies in the next week, or in the one after it."""


@pytest.mark.parametrize(
    ("window", "fault", "told"),
    [
        (UNCLEAR, None, "is not clear from 2026-10-31"),
        (UNCLEAR | {"every": 1}, "AuthorizationFailed", "Could not read the planned maintenance of cluster a1"),
    ],
)
async def test_a_window_that_cannot_be_read_is_not_taken_for_open(
    azure: Azure, window: dict[str, Any], fault: str | None, told: str
) -> None:
    """That cluster is a person's, and no disruptive step of it begins; the others go on. The plan warns of it."""
    simulator = azure(fleet(rolls("a1", maintenance_windows=[window]), rolls("b1")), pace=PACE)
    if fault:
        simulator.add_faults([{"match": {"path": "a1/maintenanceConfigurations"}, "times": 99, "error": fault}])
    stage = Stage(name="all", groups=(group("one", "*", max_allowed_failures="1"),), max_allowed_failures="1")
    warned = (await plans(spec(stage, maintenance_windows=True)))["a1"].findings
    assert [one.evidence for one in warned if one.code is Code.WINDOW_UNKNOWN and told in one.evidence]
    outcomes = await carry_out(spec(stage, maintenance_windows=True))
    assert states(outcomes) == {"a1": State.NEEDS_HUMAN, "b1": State.MIGRATED}
    assert told in outcomes["a1"].left[0]
    assert set(switched(simulator)) == {"b1"}
