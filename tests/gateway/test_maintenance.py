"""Planned maintenance on the wire: every kind of schedule as ARM shows it, and what is not of a known form."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.arm.maintenance import configuration
from fleet_identity.maintenance import DEFAULT, NODE_OS, ClosedDates, HoursOfWeek, Schedule, Unknown
from fleet_identity.recurrence import Daily, MonthlyOnDate, MonthlyOnWeekday, Recurrence, Weekly
from fleet_identity.resource_id import ResourceId
from fleet_identity.spans import Span
from fleet_identity.utc_offset import zone
from tests.gateway.conftest import Connect
from tests.worlds import CLUSTER_ID, one_cluster

CLUSTER = ResourceId(CLUSTER_ID)


@pytest.mark.parametrize(
    ("described", "recurrence"),
    [
        ({"daily": True, "every": 3}, Daily(every=3)),
        ({"weekly": "Sunday", "every": 2}, Weekly(every=2, days=(6,))),
        ({"monthly": 15}, MonthlyOnDate(day=15)),
        ({"monthly": "Fourth Monday", "every": 2}, MonthlyOnWeekday(every=2, day=0, week=4)),
        ({"monthly": "Last Friday"}, MonthlyOnWeekday(day=4, week=-1)),
    ],
)
async def test_schedules(connect: Connect, described: dict[str, Any], recurrence: Recurrence) -> None:
    """Each kind is read with its hours, its clock, its first day and its closed days."""
    window = {
        "name": NODE_OS,
        "start": "22:30",
        "hours": 6,
        "utc_offset": "-03:30",
        "start_date": "2026-10-04",
        "not_allowed": [{"start": "2026-12-19", "end": "2027-01-03"}],
    }
    here = await connect(one_cluster(maintenance_windows=[window | described]))
    (found,) = await here.azure.maintenance(CLUSTER)
    assert found.name == NODE_OS
    assert found.opens == Schedule(
        recurrence=recurrence,
        start=time(22, 30),
        lasts=timedelta(hours=6),
        zone=zone("-03:30"),
        since=date(2026, 10, 4),
        closed=(ClosedDates(first=date(2026, 12, 19), last=date(2027, 1, 3)),),
    )


async def test_hours_of_the_week(connect: Connect) -> None:
    """The older shape of `default`; a cluster without any configuration has none."""
    window = {"name": DEFAULT, "weekly": "Saturday", "start": "20:00", "hours": 4}
    here = await connect(one_cluster(maintenance_windows=[window]))
    (found,) = await here.azure.maintenance(CLUSTER)
    assert found.opens == HoursOfWeek(hours=frozenset((5, hour) for hour in (20, 21, 22, 23)))
    there = await connect(one_cluster())
    assert await there.azure.maintenance(CLUSTER) == ()


async def test_what_may_not_be_read(connect: Connect) -> None:
    """A refusal is not taken for a cluster without windows."""
    here = await connect(one_cluster())
    here.simulator.add_faults([{"match": {"path": "maintenanceConfigurations"}, "error": "AuthorizationFailed"}])
    with pytest.raises(NeedsHumanError, match="Could not read the planned maintenance of cluster prod-weu-01"):
        await here.azure.maintenance(CLUSTER)


WEEKLY = {"weekly": {"intervalWeeks": 1, "dayOfWeek": "Monday"}}


def shown(**changes: Any) -> dict[str, Any]:
    """A configuration as ARM shows it, but for these changes; None takes away."""
    window = {"schedule": WEEKLY, "durationHours": 4, "startTime": "22:00"} | changes
    return {"maintenanceWindow": {name: value for name, value in window.items() if value is not None}}


def opens(properties: Any) -> Any:
    """What is made of a configuration."""
    return configuration({"name": NODE_OS, "properties": properties}).opens


def test_what_arm_may_leave_out() -> None:
    """Without an offset it is UTC, without a date it is from always, without closed days there are none."""
    assert opens(shown()) == Schedule(
        recurrence=Weekly(days=(0,)), start=time(22), lasts=timedelta(hours=4), zone=zone("+00:00"), since=None
    )
    closed = [{"start": "2026-11-02T10:00:00Z", "end": "2026-11-02T14:00:00Z"}]
    begins = datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert opens({"notAllowedTime": closed}) == HoursOfWeek(
        hours=frozenset(), closed=(Span(start=begins, end=begins + timedelta(hours=4)),)
    )


@pytest.mark.parametrize(
    "properties",
    [
        None,
        {},
        {"somethingNew": {}},
        shown() | {"timeInWeek": [{"day": "Monday", "hourSlots": [1]}]},
        shown(somethingNew=True),
        shown(schedule=None),
        shown(schedule={}),
        shown(schedule={"yearly": {"intervalYears": 1}}),
        shown(schedule=WEEKLY | {"daily": {"intervalDays": 1}}),
        shown(schedule={"weekly": {"intervalWeeks": 1, "dayOfWeek": "Mo"}}),
        shown(schedule={"weekly": {"intervalWeeks": 1, "dayOfWeek": "Monday", "andAlso": "Tuesday"}}),
        shown(schedule={"weekly": {"dayOfWeek": "Monday"}}),
        shown(schedule={"daily": {"intervalDays": 0}}),
        shown(schedule={"relativeMonthly": {"intervalMonths": 1, "weekIndex": "Fifth", "dayOfWeek": "Monday"}}),
        shown(durationHours=None),
        shown(durationHours="4"),
        shown(startTime="half past ten"),
        shown(startTime=None),
        shown(utcOffset="CET"),
        shown(startDate="soon"),
        shown(notAllowedDates=[{"start": "2026-12-19"}]),
        {"timeInWeek": []},
        {"timeInWeek": [], "notAllowedTime": []},
        {"timeInWeek": [{"day": "Monday"}]},
        {"timeInWeek": [{"day": "Monday", "hourSlots": []}]},
        {"timeInWeek": [{"day": "Monday", "hourSlots": [24]}]},
        {"notAllowedTime": [{"start": "2026-11-02T10:00:00", "end": "2026-11-02T14:00:00"}]},
    ],
)
def test_what_is_not_of_a_known_form(properties: Any) -> None:
    """Something more, something less, something else: never open by mistake."""
    found = opens(properties)
    assert isinstance(found, Unknown)
    assert found.why.startswith("it is not of a form that is known")
