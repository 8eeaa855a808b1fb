"""Simulated time: it runs at a pace, can be advanced, and can stand still."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime


class Clock:
    """Tells the simulated time: `pace` simulated seconds pass for each real one."""

    def __init__(self, *, starts_at: datetime | None, pace: float) -> None:
        """Start at a moment, or at the present one."""
        self.pace = pace
        self._origin = starts_at or datetime.now(UTC)
        self._started = time.monotonic()
        self._paused: float | None = None
        self._advanced = timedelta()

    def now(self) -> datetime:
        """The simulated time, in UTC."""
        moment = time.monotonic() if self._paused is None else self._paused
        elapsed = (moment - self._started) * self.pace
        return self._origin + timedelta(seconds=elapsed) + self._advanced

    def pause(self) -> None:
        """Let time stand still; nothing but `advance` moves it."""
        if self._paused is None:
            self._paused = time.monotonic()

    def resume(self) -> None:
        """Let time run on from where it stands."""
        if self._paused is not None:
            self._started += time.monotonic() - self._paused
            self._paused = None

    def advance(self, seconds: float) -> None:
        """Let simulated seconds pass at once."""
        self._advanced += timedelta(seconds=seconds)

    def real_seconds(self, simulated: float) -> float:
        """How long simulated seconds take in real time."""
        return simulated / self.pace


def timestamp(moment: datetime) -> str:
    """A time as ARM writes it: UTC, with seven digits of a second (recordings of Azure CLI test traffic)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def http_date(moment: datetime) -> str:
    """A time as the `Date` header writes it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
