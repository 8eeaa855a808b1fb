"""Maintenance windows: as ARM shows them, and when AKS acts in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from simulator.maintenance.windows import opens
from simulator.world.movement import MaintenanceWindow
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import clients
from tests.simulator.plain import read
from tests.worlds import CLUSTER, CLUSTER_ID, FAMILY, GROUP, one_cluster

NODE_OS = "aksManagedNodeOSUpgradeSchedule"
HOUR = 3600.0


def window(**changes: Any) -> dict[str, Any]:
    """A window on Wednesdays at night."""
    return {"name": NODE_OS, "weekly": "Wednesday", "start": "22:00", "hours": 6} | changes


SINCE = datetime(2026, 11, 2, 6, tzinfo=UTC)
"""A Monday."""


def opening(moment: str, **described: Any) -> str:
    """When a window that is described opens next."""
    windows = [MaintenanceWindow.model_validate({"name": NODE_OS, "start": "22:00", "hours": 6} | described)]
    found = opens(windows, NODE_OS, datetime.fromisoformat(moment).replace(tzinfo=UTC), SINCE)
    assert found
    return found.isoformat()[:16]


@pytest.mark.parametrize(
    ("moment", "opens_at"),
    [
        ("2026-11-02T06:00", "2026-11-04T22:00"),
        ("2026-11-04T21:59", "2026-11-04T22:00"),
        ("2026-11-04T22:00", "2026-11-04T22:00"),
        ("2026-11-05T03:59", "2026-11-05T03:59"),  # open past midnight
        ("2026-11-05T04:00", "2026-11-11T22:00"),
    ],
)
def test_when_a_window_opens(moment: str, opens_at: str) -> None:
    """At once while it is open, else at its next opening."""
    assert opening(moment, weekly="Wednesday") == opens_at


def test_without_a_window_of_that_name() -> None:
    """Nothing is told of a window that is not there."""
    assert opens([MaintenanceWindow.model_validate(window())], "default", SINCE, SINCE) is None


@pytest.mark.parametrize(("offset", "opens_at"), [("+05:30", "2026-11-04T16:30"), ("-08:00", "2026-11-05T06:00")])
def test_a_window_has_a_clock_of_its_own(offset: str, opens_at: str) -> None:
    """The start is told by the clock of the offset."""
    assert opening("2026-11-02T06:00", weekly="Wednesday", utc_offset=offset) == opens_at


KINDS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"daily": True}, {"daily": {"intervalDays": 1}}, "2026-11-02T22:00"),
    (
        {"daily": True, "every": 3, "start_date": "2026-11-01"},
        {"daily": {"intervalDays": 3}},
        "2026-11-04T22:00",
    ),
    (
        {"weekly": "Wednesday", "every": 2, "start_date": "2026-10-28"},
        {"weekly": {"intervalWeeks": 2, "dayOfWeek": "Wednesday"}},
        "2026-11-11T22:00",
    ),
    ({"monthly": 15}, {"absoluteMonthly": {"intervalMonths": 1, "dayOfMonth": 15}}, "2026-11-15T22:00"),
    (
        {"monthly": "Last Friday"},
        {"relativeMonthly": {"intervalMonths": 1, "weekIndex": "Last", "dayOfWeek": "Friday"}},
        "2026-11-27T22:00",
    ),
    (
        {"daily": True, "not_allowed": [{"start": "2026-11-02", "end": "2026-11-03"}]},
        {"daily": {"intervalDays": 1}},
        "2026-11-04T00:00",  # within the night that began on a day that is not allowed
    ),
]


@pytest.mark.parametrize(("described", "shown", "opens_at"), KINDS)
def test_every_kind_of_schedule(
    simulate: SimulatorFactory, described: dict[str, Any], shown: dict[str, Any], opens_at: str
) -> None:
    """Daily, weekly and monthly by date or weekday, each or every so many; shown as ARM shows them."""
    assert opening("2026-11-02T06:00", **described) == opens_at
    named = {"name": NODE_OS, "start": "22:00", "hours": 6} | described
    simulator = simulate(one_cluster(maintenance_windows=[named]), pace=1)
    document = read(simulator, f"{CLUSTER_ID}/maintenanceConfigurations/{NODE_OS}?api-version=2026-08-01")
    found = document["properties"]["maintenanceWindow"]
    assert found["schedule"] == shown
    assert found["startDate"] == described.get("start_date", "2026-11-02")
    assert found.get("notAllowedDates") == described.get("not_allowed")


@pytest.mark.parametrize(
    ("moment", "opens_at"),
    [
        ("2026-11-02T06:00", "2026-11-02T20:00"),
        ("2026-11-02T21:59", "2026-11-02T21:59"),
        ("2026-11-02T22:00", "2026-11-04T22:00"),  # the 3rd and 4th by its clock are over
        ("2026-11-05T01:00", "2026-11-05T01:00"),
    ],
)
def test_dates_that_are_not_allowed(moment: str, opens_at: str) -> None:
    """They are whole days of the window's own clock, the last one too, and cut nights in two."""
    closed = [{"start": "2026-11-03", "end": "2026-11-04"}]
    assert opening(moment, daily=True, utc_offset="+02:00", not_allowed=closed) == opens_at


def test_how_weeks_are_counted() -> None:
    """Of every second Tuesday from a Wednesday on, the first is that of the week after the next one."""
    assert opening("2026-11-02T06:00", weekly="Tuesday", every=2, start_date="2026-11-04") == "2026-11-17T22:00"


async def test_windows_are_shown_as_arm_shows_them(simulate: SimulatorFactory) -> None:
    """The SDK reads the list and each one; `default` has the older shape; what is not there is a 404."""
    windows = [window(), window(name="default", start="21:00", hours=4)]
    simulator = simulate(one_cluster(maintenance_windows=windows), pace=1)
    async with clients(simulator) as azure:
        listed = azure.aks.maintenance_configurations.list_by_managed_cluster(GROUP, CLUSTER)
        assert [one.name async for one in listed] == [NODE_OS, "default"]
        shown = (await azure.aks.maintenance_configurations.get(GROUP, CLUSTER, NODE_OS)).properties
        older = (await azure.aks.maintenance_configurations.get(GROUP, CLUSTER, "default")).properties
        with pytest.raises(HttpResponseError, match="aksManagedAutoUpgradeSchedule") as missing:
            await azure.aks.maintenance_configurations.get(GROUP, CLUSTER, "aksManagedAutoUpgradeSchedule")
    assert missing.value.status_code == 404
    assert shown.maintenance_window.schedule.weekly.day_of_week == "Wednesday"
    assert (shown.maintenance_window.start_time, shown.maintenance_window.duration_hours) == ("22:00", 6)
    assert [(one.day, list(one.hour_slots)) for one in older.time_in_week] == [("Wednesday", [21, 22, 23])]


def test_aks_waits_for_the_window(simulate: SimulatorFactory) -> None:
    """An image that is published on Monday is taken when the window of node images opens on Wednesday."""
    described = one_cluster(
        auto_upgrade={"node_os": "NodeImage"},
        maintenance_windows=[window(), window(name="aksManagedAutoUpgradeSchedule", weekly="Tuesday")],
    ) | {"images_published": [{"family": FAMILY, "at": "1h", "version": "202611.09.0"}]}
    simulator = simulate(described, pace=1e-6)
    simulator.advance(100 * HOUR)
    moved = [(one["what"].split(":")[0], one["at"][:16]) for one in simulator.state()["moved_by_itself"]]
    assert moved == [
        ("published 202611.09.0", "2026-11-02T07:00"),
        ("auto-upgrade", "2026-11-04T22:00"),
        ("auto-upgrade", "2026-11-04T22:10"),
    ]


async def test_a_window_holds_nobody_else_back(simulate: SimulatorFactory) -> None:
    """Planned maintenance is about what AKS does by itself: what a client asks for begins at once."""
    simulator = simulate(one_cluster(maintenance_windows=[window()]), pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("system")
        shown = await azure.aks.agent_pools.get(GROUP, CLUSTER, "system")
    assert shown.properties.provisioning_state == "UpgradingNodeImageVersion"
