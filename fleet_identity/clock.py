"""Time, in one place, so that a simulated week can pass in a minute."""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Seconds of Azure's time: for waits, durations and deadlines, never for dates."""

    def now(self) -> float:
        """Seconds since an arbitrary moment."""
        ...

    def deadline(self, seconds: float) -> float:
        """Give the moment, on this clock, that lies `seconds` ahead."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of Azure's time."""
        ...


@dataclass(frozen=True, slots=True)
class PacedClock:
    """The machine's clock, sped up: `pace` seconds of Azure's time pass in a real one (1 in production)."""

    pace: float = 1.0

    def now(self) -> float:
        """See Clock."""
        return time.monotonic() * self.pace

    def deadline(self, seconds: float) -> float:
        """See Clock."""
        return self.now() + seconds

    async def sleep(self, seconds: float) -> None:
        """See Clock."""
        await asyncio.sleep(max(seconds, 0) / self.pace)
