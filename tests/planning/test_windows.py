"""When windows are open: every kind of recurrence, what closes them, and what can't be told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.maintenance import (
    AUTO_UPGRADE,
    DEFAULT,
    NODE_OS,
    ClosedDates,
    HoursOfWeek,
    MaintenanceConfiguration,
    Schedule,
    Unknown,
    governing,
)
from fleet_identity.opening import Window, next_opening
from fleet_identity.recurrence import Daily, MonthlyOnDate, MonthlyOnWeekday, Recurrence, Weekly
from fleet_identity.spans import Span, common, joined, without
from fleet_identity.utc_offset import zone
from tests.builders import CLUSTER

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY, WEDNESDAY, FRIDAY, SATURDAY = 0, 2, 4, 5
HORIZON, LEAST = timedelta(days=60), timedelta(minutes=5)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def schedule(recurrence: Recurrence, start: str = "22:00", hours: int = 6, **changes: Any) -> MaintenanceConfiguration:
    """A configuration of the newer shape; keys as in Schedule, `offset` for its zone."""
    offset = changes.pop("offset", "+00:00")
    known: dict[str, Any] = {
        "since": date(2026, 1, 1),
        "zone": zone(offset),
        "start": time.fromisoformat(start),
    } | changes
    return MaintenanceConfiguration(
        name=NODE_OS, opens=Schedule(recurrence=recurrence, lasts=timedelta(hours=hours), **known)
    )


def opening(now: str, *windows: Window) -> str:
    """The next opening, from when until when."""
    found = next_opening(windows, at(now), HORIZON, LEAST)
    return f"{found.start:%m-%d %H:%M} {found.end:%m-%d %H:%M}" if found else "never"


@pytest.mark.parametrize(
    ("window", "now", "told"),
    [
        (schedule(Daily()), "2026-11-02T06:00", "11-02 22:00 11-03 04:00"),
        (schedule(Daily()), "2026-11-03T01:30", "11-03 01:30 11-03 04:00"),  # it has been open since before midnight
        (schedule(Daily()), "2026-11-03T03:56", "11-03 22:00 11-04 04:00"),  # too little is left
        (schedule(Daily()), "2026-11-03T04:00", "11-03 22:00 11-04 04:00"),
        (schedule(Daily(every=3), since=date(2026, 11, 1)), "2026-11-02T06:00", "11-04 22:00 11-05 04:00"),
        (schedule(Weekly(days=(WEDNESDAY,))), "2026-11-02T06:00", "11-04 22:00 11-05 04:00"),
        (schedule(Weekly(days=(WEDNESDAY,)), offset="+05:30"), "2026-11-02T06:00", "11-04 16:30 11-04 22:30"),
        (schedule(Weekly(days=(WEDNESDAY,)), offset="-08:00"), "2026-11-02T06:00", "11-05 06:00 11-05 12:00"),
        (schedule(Weekly(days=(WEDNESDAY,)), since=date(2026, 12, 1)), "2026-11-02T06:00", "12-02 22:00 12-03 04:00"),
        (schedule(Weekly(days=(WEDNESDAY,)), since=None), "2026-11-05T03:00", "11-05 03:00 11-05 04:00"),
        (
            schedule(Weekly(days=(WEDNESDAY,), every=3), since=date(2026, 10, 28)),
            "2026-11-02T06:00",
            "11-18 22:00 11-19 04:00",
        ),
        (schedule(MonthlyOnDate(day=15)), "2026-11-02T06:00", "11-15 22:00 11-16 04:00"),
        (schedule(MonthlyOnDate(day=31)), "2026-11-02T06:00", "12-31 22:00 01-01 04:00"),  # November has none
        (schedule(MonthlyOnDate(day=1, every=3)), "2026-11-02T06:00", "never"),  # January is 60 days and more ahead
        (schedule(MonthlyOnDate(day=1, every=3)), "2026-11-03T06:00", "01-01 22:00 01-02 04:00"),
        (schedule(MonthlyOnWeekday(day=FRIDAY, week=-1)), "2026-11-02T06:00", "11-27 22:00 11-28 04:00"),
        (schedule(MonthlyOnWeekday(day=MONDAY, week=1)), "2026-11-02T06:00", "11-02 22:00 11-03 04:00"),
        (schedule(MonthlyOnWeekday(day=MONDAY, week=4)), "2026-11-24T06:00", "12-28 22:00 12-29 04:00"),
        (
            # the night that begins on a closed day opens when that day is over
            schedule(Daily(), closed=(ClosedDates(first=date(2026, 11, 2), last=date(2026, 11, 3)),)),
            "2026-11-02T06:00",
            "11-04 00:00 11-04 04:00",
        ),
        (
            # by its own clock: 4 November begins at 22:00 UTC, 40 minutes after the window opens
            schedule(
                Daily(),
                start="23:20",
                offset="+02:00",
                closed=(ClosedDates(first=date(2026, 11, 4), last=date(2026, 11, 4)),),
            ),
            "2026-11-03T06:00",
            "11-03 21:20 11-03 22:00",
        ),
    ],
)
def test_the_next_opening(window: Window, now: str, told: str) -> None:
    """From when and until when, at once where it is open already."""
    assert opening(now, window) == told


@pytest.mark.parametrize(
    ("window", "now", "told"),
    [
        (RunWindow(start_time="22:00", duration_hours=6), "2026-11-02T06:00", "11-02 22:00 11-03 04:00"),
        (RunWindow(start_time="22:00", duration_hours=6), "2026-11-03T03:00", "11-03 03:00 11-03 04:00"),
        (
            RunWindow(days=("Saturday", "Sunday"), start_time="00:00", duration_hours=24, utc_offset="+01:00"),
            "2026-11-02T06:00",
            "11-06 23:00 11-08 23:00",  # one day joins the next
        ),
        (
            RunWindow(start_time="18:00", duration_hours=4, utc_offset="-08:00"),
            "2026-11-03T05:00",
            "11-03 05:00 11-03 06:00",  # open since yesterday, by its own clock
        ),
        (RunWindow(start_time="00:00", duration_hours=24), "2026-11-02T06:00", "11-02 06:00 01-02 06:00"),
    ],
)
def test_run_windows(window: Window, now: str, told: str) -> None:
    """Some days or all, past midnight, by the window's own clock."""
    assert opening(now, window) == told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-11-02T06:00", "2026-11-06T22:00:00+01:00 2026-11-07T06:00:00+01:00"),
        ("2026-11-07T04:59", "2026-11-06T22:00:00+01:00 2026-11-07T06:00:00+01:00"),  # open since yesterday
        ("2026-11-07T05:00", "2026-11-07T22:00:00+01:00 2026-11-08T06:00:00+01:00"),
        ("2026-11-08T05:00", "2026-11-13T22:00:00+01:00 2026-11-14T06:00:00+01:00"),
    ],
)
def test_what_is_ahead_of_a_run_window(now: str, told: str) -> None:
    """The opening that is, or comes next, whole and by its own clock; and its hours in words."""
    window = RunWindow(days=("Friday", "Saturday"), start_time="22:00", duration_hours=8, utc_offset="+01:00")
    ahead = window.ahead(at(now))
    assert f"{ahead.start.isoformat()} {ahead.end.isoformat()}" == told
    assert window.hours() == "Friday, Saturday from 22:00 for 8 hours (UTC+01:00)"
    assert RunWindow(start_time="22:00", duration_hours=1.5).hours() == "every day from 22:00 for 1.5 hours (UTC+00:00)"


def test_all_must_be_open_at_once() -> None:
    """What counts is what windows have in common; it may be never."""
    nightly = RunWindow(start_time="23:00", duration_hours=3)
    assert opening("2026-11-02T06:00", nightly, schedule(Weekly(days=(WEDNESDAY,)))) == "11-04 23:00 11-05 02:00"
    assert opening("2026-11-02T06:00", nightly, schedule(Daily(), start="03:00")) == "never"
    assert opening("2026-11-02T06:00") == "11-02 06:00 01-02 06:00"


def test_hours_of_the_week() -> None:
    """The older shape: whole hours in UTC, joined across midnight and weeks, less the times that it closes."""
    hours = frozenset({(6, 23), (MONDAY, 0), (MONDAY, 1)})
    older = MaintenanceConfiguration(name=DEFAULT, opens=HoursOfWeek(hours=hours))
    assert opening("2026-11-02T06:00", older) == "11-08 23:00 11-09 02:00"
    closed = Span(start=at("2026-11-08T23:30"), end=at("2026-11-09T02:00"))
    shorter = MaintenanceConfiguration(name=DEFAULT, opens=HoursOfWeek(hours=hours, closed=(closed,)))
    assert opening("2026-11-02T06:00", shorter) == "11-08 23:00 11-08 23:30"
    only_closed = MaintenanceConfiguration(name=DEFAULT, opens=HoursOfWeek(hours=frozenset(), closed=(closed,)))
    assert opening("2026-11-09T01:00", only_closed).startswith("11-09 02:00")


def by_hand(found: Schedule, hour: datetime) -> bool:
    """Whether a schedule is open in an hour of its own clock, told day by day without any library."""
    local = hour.astimezone(found.zone)
    if any(closed.first <= local.date() <= closed.last for closed in found.closed):
        return False
    for back in range(3):
        day = local.date() - back * DAY
        begins = datetime.combine(day, found.start, found.zone)
        if begins <= local < begins + found.lasts and found.since and day >= found.since:
            return _falls_on(found.recurrence, day, found.since)
    return False


def _falls_on(recurrence: Recurrence, day: date, since: date) -> bool:
    match recurrence:
        case Daily():
            return (day - since).days % recurrence.every == 0
        case Weekly():
            first = next(one for n in range(7) if (one := since + n * DAY).weekday() == recurrence.days[0])
            return (day - first).days % (7 * recurrence.every) == 0
        case MonthlyOnDate():
            return day.day == recurrence.day
        case MonthlyOnWeekday(week=-1):
            return day.weekday() == recurrence.day and (day + 7 * DAY).month != day.month
        case MonthlyOnWeekday():
            return day.weekday() == recurrence.day and (day.day - 1) // 7 + 1 == recurrence.week


def drawn(seed: int) -> Schedule:
    """A schedule of any kind. Weeks are counted from a day on which it falls, where nobody can doubt them."""
    draws = Random(seed)  # noqa: S311 - not for secrets
    since = date(2026, 9, 1) + draws.randrange(40) * DAY
    recurrences = (
        Daily(every=draws.randint(1, 7)),
        Weekly(every=draws.randint(1, 4), days=(since.weekday(),)),
        MonthlyOnDate(day=draws.randint(1, 31)),
        MonthlyOnWeekday(day=draws.randrange(7), week=draws.choice((1, 2, 3, 4, -1))),
    )
    frozen = date(2026, 10, 1) + draws.randrange(60) * DAY
    return Schedule(
        recurrence=draws.choice(recurrences),
        start=time(draws.randrange(24)),
        lasts=draws.randint(4, 24) * HOUR,
        zone=zone(draws.choice(("+00:00", "+14:00", "-11:00", "+02:00"))),
        since=since,
        closed=(ClosedDates(first=frozen, last=frozen + draws.randrange(10) * DAY),),
    )


def hours_of(between: Span) -> Iterator[datetime]:
    hour = between.start
    while hour < between.end:
        yield hour
        hour += HOUR


@pytest.mark.parametrize("seed", range(60))
def test_each_hour_is_as_counted_by_hand(seed: int) -> None:
    """Over three months, an hour is open exactly if counting days says so; the next opening from it agrees."""
    found = drawn(seed)
    window = MaintenanceConfiguration(name=NODE_OS, opens=found)
    between = Span(start=at("2026-09-20T00:00"), end=at("2026-12-20T00:00"))
    spans = window.open_spans(between)
    for hour in hours_of(between):
        is_open = any(span.start <= hour < span.end for span in spans)
        assert is_open == by_hand(found, hour), hour
    for now in list(hours_of(between))[:: 7 * 24 + 5]:
        first = next((hour for hour in hours_of(Span(start=now, end=now + 50 * DAY)) if by_hand(found, hour)), None)
        following = next_opening((window,), now, 50 * DAY, LEAST)
        assert (following.start if following else None) == first


@pytest.mark.parametrize("seed", range(20))
def test_spans_are_sets_of_hours(seed: int) -> None:
    """Joining, meeting and taking away do to spans what they do to the hours in them."""
    draws, zero = Random(seed), at("2026-11-01T00:00")  # noqa: S311 - the same

    def some() -> list[Span]:
        begins = [draws.randrange(60) for _ in range(6)]
        return [Span(start=zero + one * HOUR, end=zero + (one + draws.randrange(8)) * HOUR) for one in begins]

    def inside(spans: Iterator[Span] | tuple[Span, ...] | list[Span]) -> set[datetime]:
        return {hour for span in spans for hour in hours_of(span)}

    one, other = some(), some()
    for found, expected in (
        (joined([*one, *other]), inside(one) | inside(other)),
        (common(one, other), inside(one) & inside(other)),
        (without(one, other), inside(one) - inside(other)),
    ):
        assert inside(found) == expected
        assert all(left.end < right.start for left, right in pairwise(found))


NIGHTLY = schedule(Daily()).opens


def configuration(name: str, opens: Any = NIGHTLY) -> MaintenanceConfiguration:
    return MaintenanceConfiguration(name=name, opens=opens)


@pytest.mark.parametrize(
    ("names", "counts"),
    [
        ((), None),
        ((DEFAULT, AUTO_UPGRADE, NODE_OS), NODE_OS),
        ((DEFAULT, AUTO_UPGRADE), AUTO_UPGRADE),
        ((DEFAULT, "somethingNew"), DEFAULT),
        ((NODE_OS.upper(), DEFAULT), NODE_OS.upper()),
    ],
)
def test_which_configuration_counts(names: tuple[str, ...], counts: str | None) -> None:
    """That of node images, else that of Kubernetes, else that of AKS' releases; a cluster with none is always open."""
    found = governing([configuration(name) for name in names], CLUSTER)
    assert (found.name if found else None) == counts


def test_a_configuration_that_does_not_count_may_be_unreadable() -> None:
    """Only the one that counts must be understood."""
    readable = configuration(NODE_OS)
    assert governing([configuration(DEFAULT, Unknown(why="no idea")), readable], CLUSTER) is readable


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (configuration("somethingNew"), "somethingNew of cluster prod .*no such configuration is known"),
        (configuration(NODE_OS, Unknown(why="no idea")), "no idea"),
        (schedule(Weekly(every=2, days=(FRIDAY,)), since=None), "no startDate"),
        # a Saturday: the first Friday lies 6 days ahead, and in the next week
        (schedule(Weekly(every=2, days=(FRIDAY,)), since=date(2026, 10, 31)), "is not clear from 2026-10-31"),
        # a Saturday: whether its Sunday is of the same week depends on where weeks begin
        (schedule(Weekly(every=2, days=(6,)), since=date(2026, 10, 31)), "is not clear"),
        (schedule(MonthlyOnDate(every=3, day=15), since=date(2026, 10, 20)), "is not clear"),
        (schedule(MonthlyOnWeekday(every=2, day=MONDAY, week=1), since=date(2026, 10, 20)), "is not clear"),
    ],
)
def test_what_cannot_be_told_is_for_a_person(found: MaintenanceConfiguration, told: str) -> None:
    """A shape that is not known, or a count with more than one reading, is refused with what to do."""
    with pytest.raises(NeedsHumanError, match=told) as refused:
        governing([found], CLUSTER)
    assert "az aks maintenanceconfiguration update" in refused.value.message
    assert "cluster prod" in refused.value.message


@pytest.mark.parametrize(
    "found",
    [
        schedule(Weekly(every=2, days=(FRIDAY,)), since=date(2026, 10, 30)),  # that very Friday
        schedule(Weekly(every=2, days=(FRIDAY,)), since=date(2026, 10, 27)),  # the Tuesday before it
        schedule(MonthlyOnDate(every=3, day=15), since=date(2026, 10, 2)),
        schedule(Weekly(days=(FRIDAY,)), since=date(2026, 10, 31)),  # every week: nothing is left out
    ],
)
def test_what_has_one_reading_is_taken(found: MaintenanceConfiguration) -> None:
    """Where all ways to count agree there is no doubt."""
    assert governing([found], CLUSTER) is found
