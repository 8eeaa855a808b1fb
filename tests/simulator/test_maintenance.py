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
from tests.worlds import CLUSTER, FAMILY, GROUP, one_cluster

NODE_OS = "aksManagedNodeOSUpgradeSchedule"
HOUR = 3600.0


def window(**changes: Any) -> dict[str, Any]:
    """A window on Wednesdays at night."""
    return {"name": NODE_OS, "weekly": "Wednesday", "start": "22:00", "hours": 6} | changes


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-02T06:00", "2026-11-04T22:00"),  # a Monday
        ("2026-11-04T21:59", "2026-11-04T22:00"),
        ("2026-11-04T22:00", "2026-11-04T22:00"),
        ("2026-11-05T03:59", "2026-11-05T03:59"),  # open past midnight
        ("2026-11-05T04:00", "2026-11-11T22:00"),
    ],
)
def test_when_a_window_opens(moment: str, opening: str) -> None:
    """At once while it is open, else at its next opening."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    windows = [MaintenanceWindow.model_validate(window())]
    assert opens(windows, NODE_OS, at) == datetime.fromisoformat(opening).replace(tzinfo=UTC)
    assert opens(windows, "default", at) is None


@pytest.mark.parametrize(("offset", "opening"), [("+05:30", "2026-11-04T16:30"), ("-08:00", "2026-11-05T06:00")])
def test_a_window_has_a_clock_of_its_own(offset: str, opening: str) -> None:
    """The start is told by the clock of the offset."""
    windows = [MaintenanceWindow.model_validate(window(utc_offset=offset))]
    monday = datetime(2026, 11, 2, 6, tzinfo=UTC)
    assert opens(windows, NODE_OS, monday) == datetime.fromisoformat(opening).replace(tzinfo=UTC)


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
