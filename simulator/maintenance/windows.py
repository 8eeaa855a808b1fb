"""When a maintenance window is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args

from simulator.world.movement import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.world.movement import MaintenanceWindow

_DAYS: tuple[str, ...] = get_args(DAY)
_WEEK = timedelta(weeks=1)


def opens(windows: Sequence[MaintenanceWindow], name: str, moment: datetime) -> datetime | None:
    """The moment itself while the window of a name is open, else its next opening; None without such a window."""
    openings = [_opens(window, moment) for window in windows if window.name == name]
    return min(openings, default=None)


def _opens(window: MaintenanceWindow, moment: datetime) -> datetime:
    latest = _latest_opening(window, moment)
    return moment if moment < latest + timedelta(hours=window.hours) else latest + _WEEK


def _latest_opening(window: MaintenanceWindow, moment: datetime) -> datetime:
    hour, minute = (int(part) for part in window.start.split(":"))
    local = moment.astimezone(UTC) + utc_offset(window)
    days = (local.weekday() - _DAYS.index(window.weekly)) % 7
    opening = local.replace(hour=hour, minute=minute, second=0, microsecond=0) - timedelta(days=days)
    return (opening if opening <= local else opening - _WEEK) - utc_offset(window)


def utc_offset(window: MaintenanceWindow) -> timedelta:
    """How far the window's clock is ahead of UTC."""
    hours, minutes = window.utc_offset[1:].split(":")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return -ahead if window.utc_offset.startswith("-") else ahead
