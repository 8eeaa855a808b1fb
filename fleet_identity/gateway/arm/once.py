"""Reads what all clusters of a run ask for alike only once, and again when the answer has aged."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

from fleet_identity.clock import Clock
from fleet_identity.errors import FleetIdentityError

T = TypeVar("T")


class Once:
    """Keeps answers by key; those who ask at the same time share one reading."""

    def __init__(self, clock: Clock, lasts: float, keeps: tuple[type[FleetIdentityError], ...] = ()) -> None:
        """Keep an answer for `lasts` seconds from its arrival, and a failure only if it is of those kinds."""
        self._clock = clock
        self._lasts = lasts
        self._keeps = keeps
        self._reading: dict[Hashable, asyncio.Task[Any]] = {}
        self._until: dict[Hashable, float] = {}

    async def __call__(self, key: Hashable, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Give the answer that is kept, or read it; who gives up waiting ends the reading for nobody else."""
        if key not in self._reading or self._clock.now() >= self._until.get(key, float("inf")):
            self._until.pop(key, None)
            self._reading[key] = asyncio.create_task(self._timed(key, read))
        reading = self._reading[key]
        try:
            return await asyncio.shield(reading)
        except Exception as error:
            if not isinstance(error, self._keeps) and self._reading.get(key) is reading:
                del self._reading[key]
            raise

    async def _timed(self, key: Hashable, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        answer = await read()
        self._until[key] = self._clock.deadline(self._lasts)
        return answer
