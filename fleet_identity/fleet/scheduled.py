"""When a scheduled gate opens."""

from datetime import datetime, timedelta, timezone

from fleet_identity.fleet.spec import Gate

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def opens_at(gate: Gate, now: datetime) -> datetime:
    """Give the next moment, from `now` on, at which a ScheduledStart opens."""
    hours, minutes = map(int, (gate.start_time or "00:00").split(":"))
    here = now.astimezone(_zone(gate.utc_offset))
    at = here.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    if at < here:
        at += timedelta(days=1)
    while gate.start_day and _DAYS[at.weekday()] != gate.start_day:
        at += timedelta(days=1)
    return at


def _zone(offset: str) -> timezone:
    sign = -1 if offset.startswith("-") else 1
    hours, minutes = map(int, offset[1:].split(":"))
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
