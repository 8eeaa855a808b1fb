"""When a maintenance window is open."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, get_args

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from simulator.world.movement import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from simulator.world.movement import MaintenanceWindow

_DAYS: tuple[str, ...] = get_args(DAY)
WEEKS = {"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": -1}
_AHEAD = timedelta(days=800)
"""How far openings are looked for; every seventh month has come twice by then."""


def opens(windows: Sequence[MaintenanceWindow], name: str, moment: datetime, since: datetime) -> datetime | None:
    """The moment itself while the window of a name is open, else its next opening; None without such a window.

    A window without a date of its own begins on the day of `since`.
    """
    named = [window for window in windows if window.name == name]
    openings = [opening for window in named for opening in _openings(window, moment, since)]
    return min(openings, default=moment + _AHEAD) if named else None


def _openings(window: MaintenanceWindow, moment: datetime, since: datetime) -> Iterator[datetime]:
    """The first moment at which it is open, if there is one: dates that are not allowed put it off."""
    ahead, lasts = utc_offset(window), timedelta(hours=window.hours)
    local = moment.astimezone(UTC).replace(tzinfo=None) + ahead
    for begins in _rule(window, since).xafter(local - lasts):
        opening = _allowed(window, max(begins, local))
        if opening < begins + lasts:
            yield (opening - ahead).replace(tzinfo=UTC)
            return
        if begins > local + _AHEAD:
            return


def _allowed(window: MaintenanceWindow, local: datetime) -> datetime:
    """The moment itself, or the end of the dates that are not allowed around it."""
    for dates in sorted(window.not_allowed, key=lambda one: one.start):
        if dates.start <= local.date() <= dates.end:
            local = datetime.combine(dates.end + timedelta(days=1), time())
    return local


def _rule(window: MaintenanceWindow, since: datetime) -> rrule:
    """The openings by the window's own clock. Assumed: weeks and months are counted from that of the start date."""
    hour, minute = (int(part) for part in window.start.split(":"))
    starts = datetime.combine(starts_on(window, since), time(hour, minute))
    if window.weekly:
        return rrule(WEEKLY, dtstart=starts, interval=window.every, byweekday=weekday(_DAYS.index(window.weekly)))
    if isinstance(window.monthly, int):
        return rrule(MONTHLY, dtstart=starts, interval=window.every, bymonthday=window.monthly)
    if window.monthly:
        which, day = window.monthly.split()
        nth = weekday(_DAYS.index(day), WEEKS[which])
        return rrule(MONTHLY, dtstart=starts, interval=window.every, byweekday=nth)
    return rrule(DAILY, dtstart=starts, interval=window.every)


def starts_on(window: MaintenanceWindow, since: datetime) -> date:
    """From which day on, by the window's own clock."""
    return window.start_date or (since + utc_offset(window)).date()


def utc_offset(window: MaintenanceWindow) -> timedelta:
    """How far the window's clock is ahead of UTC."""
    hours, minutes = window.utc_offset[1:].split(":")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return -ahead if window.utc_offset.startswith("-") else ahead
