"""When a scheduled gate opens."""

from datetime import datetime, timedelta

from fleet_identity.fleet.gate import Gate
from fleet_identity.utc_offset import zone

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def opens_at(gate: Gate, came: datetime) -> datetime:
    """Give the first moment, from `came` on, at which a ScheduledStart opens: the run came to the gate then."""
    hours, minutes = map(int, (gate.start_time or "00:00").split(":"))
    here = came.astimezone(zone(gate.utc_offset))
    at = here.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    if at < here:
        at += timedelta(days=1)
    while gate.start_day and _DAYS[at.weekday()] != gate.start_day:
        at += timedelta(days=1)
    return at
