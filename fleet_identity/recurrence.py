"""What recurs: on days, weekdays and days of months, each time or every so many times. All by a local clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import assert_never

from dateutil.rrule import DAILY, MO, MONTHLY, SU, WEEKLY, rrule, weekday

from fleet_identity.spans import Span, joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Every so many days."""

    every: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """On some weekdays (Monday is 0) of every so many weeks."""

    every: int = 1
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyOnDate:
    """On a day of every so many months; a month that lacks it is left out."""

    every: int = 1
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyOnWeekday:
    """On the first to fourth (1 to 4) or last (-1) such weekday (Monday is 0) of every so many months."""

    every: int = 1
    day: int
    week: int


Recurrence = Daily | Weekly | MonthlyOnDate | MonthlyOnWeekday


def recurring(
    recurrence: Recurrence, since: datetime, lasts: timedelta, zone: timezone, between: Span
) -> tuple[Span, ...]:
    """Give when that goes on in a stretch of time; `since` is the first moment at which it may begin, without a zone.

    Those that began before the stretch and still go on are among them.
    """
    first, last = (at.astimezone(zone).replace(tzinfo=None) for at in (between.start - lasts, between.end))
    begins = [at.replace(tzinfo=zone).astimezone(UTC) for at in _rule(recurrence, since).between(first, last, inc=True)]
    return joined(Span(start=at, end=at + lasts) for at in begins)


def is_clear(recurrence: Recurrence, since: datetime) -> bool:
    """Whether it can be told which days, weeks or months are left out.

    Of "every 2 weeks on Tuesday" from a Wednesday on, the first one may lie in the next week or in the one after
    it. No page of Microsoft's tells how AKS counts.
    """
    if recurrence.every == 1:
        return True
    rule = _rule(recurrence, since)
    firsts = {next(iter(one), None) for one in (rule, rule.replace(wkst=SU), rule.replace(interval=1))}
    return len(firsts) == 1


def _rule(recurrence: Recurrence, since: datetime) -> rrule:
    match recurrence:
        case Daily():
            return rrule(DAILY, dtstart=since, interval=recurrence.every)
        case Weekly():
            days = [weekday(day) for day in recurrence.days]
            return rrule(WEEKLY, dtstart=since, interval=recurrence.every, byweekday=days, wkst=MO)
        case MonthlyOnDate():
            return rrule(MONTHLY, dtstart=since, interval=recurrence.every, bymonthday=recurrence.day)
        case MonthlyOnWeekday():
            day = weekday(recurrence.day, recurrence.week)
            return rrule(MONTHLY, dtstart=since, interval=recurrence.every, byweekday=day)
        case _:
            assert_never(recurrence)
