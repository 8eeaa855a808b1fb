"""A cluster's own planned maintenance: in which hours its owners let nodes be replaced.

Source: Microsoft Learn, "Use planned maintenance"; the Azure SDK's model of maintenanceConfigurations. Which of a
cluster's configurations counts for us is in docs/adr/0009.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import assert_never

from fleet_identity.errors import NeedsHumanError
from fleet_identity.recurrence import Recurrence, Weekly, is_clear, recurring
from fleet_identity.resource_id import ResourceId
from fleet_identity.spans import Span, joined, without

NODE_OS = "aksManagedNodeOSUpgradeSchedule"
AUTO_UPGRADE = "aksManagedAutoUpgradeSchedule"
DEFAULT = "default"
_COUNTS = (NODE_OS, AUTO_UPGRADE, DEFAULT)
"""The first of these that a cluster has is what its owners say of the replacement of nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDates:
    """Days, by the window's own clock, on which nothing may go on; the last one is among them."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Hours that recur."""

    recurrence: Recurrence
    start: time
    lasts: timedelta
    zone: timezone
    since: date | None
    """From which day on; None where ARM does not say, which means from always."""
    closed: tuple[ClosedDates, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursOfWeek:
    """Hours of the week in UTC, as pairs of a day (Monday is 0) and an hour; without any, all but what is closed."""

    hours: frozenset[tuple[int, int]]
    closed: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What this product can't read, and so takes for nothing."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceConfiguration:
    """One configuration of a cluster's planned maintenance."""

    name: str
    opens: Schedule | HoursOfWeek | Unknown

    def describe(self) -> str:
        """Say what it is."""
        return f"the cluster's planned maintenance ({self.name})"

    def open_spans(self, between: Span) -> tuple[Span, ...]:
        """Give when it is open in a stretch of time, each span whole."""
        match self.opens:
            case Schedule():
                return _of_schedule(self.opens, between)
            case HoursOfWeek():
                return _of_week(self.opens, between)
            case Unknown():
                return ()
            case _:
                assert_never(self.opens)


def governing(
    configurations: Sequence[MaintenanceConfiguration], cluster: ResourceId
) -> MaintenanceConfiguration | None:
    """Give the configuration that counts for the replacement of nodes; None where the cluster has none at all.

    NeedsHumanError where there is one, and it can't be told when it is open.
    """
    known = {one.name.lower(): one for one in configurations}
    for name in _COUNTS:
        if found := known.get(name.lower()):
            if why := _unreadable(found):
                raise NeedsHumanError(_refusal(cluster, found.name, why))
            return found
    if configurations:
        raise NeedsHumanError(_refusal(cluster, configurations[0].name, "no such configuration is known"))
    return None


def _unreadable(found: MaintenanceConfiguration) -> str:
    match found.opens:
        case Unknown(why=why):
            return why
        case Schedule(recurrence=recurrence, since=None) if recurrence.every > 1:
            return "it counts days, weeks or months and has no startDate to count from: set one"
        case Schedule(recurrence=recurrence, start=start, since=date() as since):
            clear = is_clear(recurrence, datetime.combine(since, start))
            return "" if clear else f"which ones it leaves out is not clear from {since}: set startDate to such a day"
        case _:
            return ""


def _refusal(cluster: ResourceId, name: str, why: str) -> str:
    return (
        f"It can't be told when the planned maintenance {name} of cluster {cluster.name} is open: {why}. "
        "Mend it (`az aks maintenanceconfiguration update`), or take maintenance_windows out of the strategy."
    )


def _of_schedule(opens: Schedule, between: Span) -> tuple[Span, ...]:
    early = (between.start - opens.lasts).astimezone(opens.zone).date()
    since = datetime.combine(opens.since or early, opens.start)
    found = recurring(opens.recurrence, since, opens.lasts, opens.zone, between)
    return without(found, (_days(closed, opens.zone) for closed in opens.closed))


def _days(closed: ClosedDates, zone: timezone) -> Span:
    """The end of a date span is a whole day of it (Azure SDK: notAllowedDates)."""
    first, last = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (closed.first, closed.last))
    return Span(start=first, end=last + timedelta(days=1))


def _of_week(opens: HoursOfWeek, between: Span) -> tuple[Span, ...]:
    if not opens.hours:
        return without((between,), opens.closed)
    hour, since = timedelta(hours=1), between.start.astimezone(UTC).date() - timedelta(days=1)
    found = [
        span
        for day, clock in opens.hours
        for span in recurring(Weekly(days=(day,)), datetime.combine(since, time(clock)), hour, UTC, between)
    ]
    return without(joined(found), opens.closed)
