"""Offsets from UTC, as Azure and people write them: +01:00."""

from datetime import timedelta, timezone

UTC_OFFSET = r"^[+-](0\d|1[0-4]):[0-5]\d$"


def zone(offset: str) -> timezone:
    """Give the time zone of an offset such as +01:00."""
    sign = -1 if offset.startswith("-") else 1
    hours, minutes = map(int, offset[1:].split(":"))
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
