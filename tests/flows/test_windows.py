"""Windows on the real engine: no disruptive step begins outside them, and none that has begun is broken off."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.fleet.spec import Stage
from fleet_identity.outcome import State
from simulator import Simulator
from tests.flows.conftest import Azure
from tests.flows.fleets import carry_out, disrupted, fleet, group, is_switch, rolls, spec, states, switched

PACE = 3600.0
"""An hour of Azure's time a second: a window of four hours is longer than a round takes here."""
HOUR = timedelta(hours=1)
TONIGHT = RunWindow(start_time="10:00", duration_hours=4)
"""The worlds begin on Monday, 2 November 2026, at 06:00."""
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
    """Grants are made at once; switch and rolls of each cluster begin while the window is open, and not before."""
    simulator = azure(fleet(rolls("a1"), rolls("a2")), pace=PACE)
    assert set(states(await carry_out(spec(ALL, window=TONIGHT))).values()) == {State.MIGRATED}
    assert sorted(name for name, _ in disruptions(simulator)) == ["a1", "a1", "a2", "a2"]
    assert all(at("2026-11-02T10:00") <= began < at("2026-11-02T14:00") for _, began in disruptions(simulator))
    granted = [one.at for one in simulator.journal if one.method == "PUT" and "roleAssignments" in one.path]
    assert max(granted) < at("2026-11-02T10:00")


async def test_what_has_begun_is_let_finish_and_the_rest_waits(azure: Azure) -> None:
    """A switch that outlasts the window ends in peace; the cluster's roll, and the next cluster, wait for tomorrow."""
    timing = {"update": "5h", "role_propagation": 0}
    simulator = azure(fleet(rolls("a1"), rolls("a2"), timing=timing), pace=2 * PACE)
    outcomes = await carry_out(spec(ALL, window=TONIGHT))
    assert set(states(outcomes).values()) == {State.MIGRATED}
    days = [(began.day, began.hour) for _, began in disruptions(simulator)]
    assert len(days) == 4
    assert all(10 <= hour < 14 for _, hour in days)
    first = disrupted(simulator)[0]
    assert [day for day, _ in days][0] == 2
    assert (
        next(
            one.at
            for one in simulator.journal
            if one.path.endswith(f"{first}/agentPools/system/upgradeNodeImageVersion")
        ).day
        > 2
    )


async def test_a_wait_for_a_window_holds_up_nobody(azure: Azure) -> None:
    """One at a time: while one cluster waits for its planned maintenance, the other is moved."""
    waits_long = {"name": NODE_OS, "weekly": "Tuesday", "start": "06:00", "hours": 4}
    simulator = azure(fleet(rolls("a1", maintenance_windows=[waits_long]), rolls("a2")), pace=PACE)
    outcomes = await carry_out(spec(ALL, maintenance_windows=True))
    assert set(states(outcomes).values()) == {State.MIGRATED}
    assert disrupted(simulator) == ["a2", "a2", "a1", "a1"]
    began = {name: moment for name, moment in reversed(disruptions(simulator))}
    assert began["a2"] < at("2026-11-02T20:00")
    assert at("2026-11-03T06:00") <= began["a1"] < at("2026-11-03T10:00")


async def test_planned_maintenance_is_read_only_where_asked_for(azure: Azure) -> None:
    """Without the word in the strategy a cluster's windows cost nothing, and hold nothing."""
    window = {"name": NODE_OS, "weekly": "Friday", "start": "06:00", "hours": 4}
    simulator = azure(fleet(rolls("a1", maintenance_windows=[window])), pace=PACE)
    assert states(await carry_out(spec(ALL))) == {"a1": State.MIGRATED}
    assert not [one for one in simulator.journal if "maintenanceConfigurations" in one.path]
    assert all(began < at("2026-11-03T06:00") for _, began in disruptions(simulator))


@pytest.mark.parametrize(
    "window",
    [
        {"name": NODE_OS, "daily": True, "start": "10:00", "hours": 4},
        {"name": NODE_OS, "monthly": 2, "start": "10:00", "hours": 4},
        {"name": NODE_OS, "monthly": "First Monday", "start": "10:00", "hours": 4},
        {"name": "aksManagedAutoUpgradeSchedule", "weekly": "Monday", "start": "12:00", "utc_offset": "+02:00"},
        {"name": "default", "weekly": "Monday", "start": "10:00", "hours": 4},
        {
            "name": NODE_OS,
            "daily": True,
            "start": "04:00",
            "hours": 10,
            "utc_offset": "-14:00",
            "start_date": "2026-10-30",
            "not_allowed": [{"start": "2026-10-31", "end": "2026-11-01"}],
        },
    ],
)
async def test_a_cluster_is_moved_in_its_own_window(azure: Azure, window: dict[str, Any]) -> None:
    """Whatever kind of schedule its owners chose; AKS itself would act at the same time."""
    simulator = azure(fleet(rolls("a1", maintenance_windows=[window])), pace=PACE)
    assert states(await carry_out(spec(ALL, maintenance_windows=True))) == {"a1": State.MIGRATED}
    began = [moment for _, moment in disruptions(simulator)]
    opens = at("2026-11-02T18:00") if window.get("utc_offset") == "-14:00" else at("2026-11-02T10:00")
    assert all(opens <= moment < opens + 10 * HOUR for moment in began)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"error": "AuthorizationFailed"}, "Could not read the planned maintenance of cluster a1"),
        (
            {
                "answer": {
                    "status": 200,
                    "body": {"value": [{"id": "/x", "name": "somethingNew", "properties": {}}]},
                }
            },
            "no such configuration is known",
        ),
    ],
)
async def test_a_window_that_cannot_be_read_is_not_taken_for_open(
    azure: Azure, fault: dict[str, Any], told: str
) -> None:
    """That cluster is a person's; nothing was done to it."""
    simulator = azure(fleet(rolls("a1"), rolls("b1")), pace=PACE)
    simulator.add_faults([{"match": {"path": "a1/maintenanceConfigurations"}, "times": 99, **fault}])
    stage = Stage(name="all", groups=(group("one", "*", max_allowed_failures="1"),), max_allowed_failures="1")
    outcomes = await carry_out(spec(stage, maintenance_windows=True))
    assert states(outcomes) == {"a1": State.NEEDS_HUMAN, "b1": State.MIGRATED}
    assert told in outcomes["a1"].left[0]
    assert set(switched(simulator)) == {"b1"}
