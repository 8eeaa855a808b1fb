"""maintenanceConfigurations on the wire: a cluster's planned maintenance.

What is not exactly as the SDK's model of API version 2026-08-01 has it is `Unknown`, never left out: a property that we
don't read might close a window that we take for open.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.maintenance import ClosedDates, HoursOfWeek, MaintenanceConfiguration, Schedule, Unknown
from fleet_identity.recurrence import Daily, MonthlyOnDate, MonthlyOnWeekday, Recurrence, Weekly
from fleet_identity.resource_id import ResourceId
from fleet_identity.spans import Span
from fleet_identity.utc_offset import UTC_OFFSET, zone

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKS = {"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": -1}


async def read_all(connection: Connection, cluster_id: ResourceId) -> tuple[MaintenanceConfiguration, ...]:
    """Read the configurations of one cluster."""
    configurations = connection.aks(cluster_id.subscription).maintenance_configurations
    with translated(cluster_id, f"read the planned maintenance of cluster {cluster_id.name}"):
        listed = configurations.list_by_managed_cluster(cluster_id.resource_group, cluster_id.name)
        return tuple([configuration(document) async for document in listed])


def configuration(document: Mapping[str, Any]) -> MaintenanceConfiguration:
    """Read one configuration as ARM shows it."""
    return MaintenanceConfiguration(name=str(document["name"]), opens=_opens(document.get("properties") or {}))


def _opens(properties: Mapping[str, Any]) -> Schedule | HoursOfWeek | Unknown:
    """A configuration has either the newer shape or the older one."""
    given = {name: value for name, value in properties.items() if value is not None}
    try:
        if given.keys() == {"maintenanceWindow"}:
            return _schedule(given["maintenanceWindow"])
        if given and given.keys() <= {"timeInWeek", "notAllowedTime"}:
            return _hours_of_week(given)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Unknown(why=f"it is not of a form that is known ({error})")
    return Unknown(why=f"it is not of a form that is known ({', '.join(sorted(given)) or 'it is empty'})")


def _schedule(window: Mapping[str, Any]) -> Schedule:
    given = _only(window, "schedule", "durationHours", "utcOffset", "startDate", "startTime", "notAllowedDates")
    offset = given.get("utcOffset", "+00:00")
    if not re.match(UTC_OFFSET, offset):
        raise ValueError(f"utcOffset {offset!r}")
    return Schedule(
        recurrence=_recurrence(given["schedule"]),
        start=time.fromisoformat(given["startTime"]),
        lasts=timedelta(hours=_positive(given["durationHours"])),
        zone=zone(offset),
        since=date.fromisoformat(given["startDate"]) if "startDate" in given else None,
        closed=tuple(_dates(span) for span in given.get("notAllowedDates", ())),
    )


def _recurrence(schedule: Mapping[str, Any]) -> Recurrence:
    ((kind, found),) = _only(schedule, "daily", "weekly", "absoluteMonthly", "relativeMonthly").items()
    match kind:
        case "daily":
            return Daily(every=_positive(_only(found, "intervalDays")["intervalDays"]))
        case "weekly":
            given = _only(found, "intervalWeeks", "dayOfWeek")
            return Weekly(every=_positive(given["intervalWeeks"]), days=(_DAYS.index(given["dayOfWeek"]),))
        case "absoluteMonthly":
            given = _only(found, "intervalMonths", "dayOfMonth")
            return MonthlyOnDate(every=_positive(given["intervalMonths"]), day=_positive(given["dayOfMonth"]))
        case _:
            given = _only(found, "intervalMonths", "weekIndex", "dayOfWeek")
            day, week = _DAYS.index(given["dayOfWeek"]), _WEEKS[given["weekIndex"]]
            return MonthlyOnWeekday(every=_positive(given["intervalMonths"]), day=day, week=week)


def _dates(span: Mapping[str, Any]) -> ClosedDates:
    given = _only(span, "start", "end")
    return ClosedDates(first=date.fromisoformat(given["start"]), last=date.fromisoformat(given["end"]))


def _hours_of_week(given: Mapping[str, Any]) -> HoursOfWeek:
    slots = [_only(slot, "day", "hourSlots") for slot in given.get("timeInWeek", ())]
    hours = frozenset((_DAYS.index(slot["day"]), time(hour).hour) for slot in slots for hour in slot["hourSlots"])
    closed = tuple(_span(_only(span, "start", "end")) for span in given.get("notAllowedTime", ()))
    if not hours and (slots or not closed):
        raise ValueError("it names no hours")
    return HoursOfWeek(hours=hours, closed=closed)


def _span(given: Mapping[str, Any]) -> Span:
    start, end = (datetime.fromisoformat(given[name]) for name in ("start", "end"))
    if not (start.tzinfo and end.tzinfo):
        raise ValueError("notAllowedTime is without a time zone")
    return Span(start=start.astimezone(UTC), end=end.astimezone(UTC))


def _only(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Give what a document says; ValueError where it says more than these."""
    given = {name: value for name, value in document.items() if value is not None}
    if more := given.keys() - set(names):
        raise ValueError(f"{', '.join(sorted(more))} is not known")
    return given


def _positive(value: Any) -> int:
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no count")
    return value
