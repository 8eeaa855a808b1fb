"""What is going to happen, in order of time."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


class Timeline:
    """Holds coming events and gives them back in order; events of one moment in the order they were added."""

    def __init__(self) -> None:
        """Start with nothing to come."""
        self._coming: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, moment: datetime, happen: Callable[[], None]) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._coming, (moment, next(self._order), happen))

    def until(self, moment: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Take out what is due, including what is added while it is being played."""
        while self._coming and self._coming[0][0] <= moment:
            due, _, happen = heapq.heappop(self._coming)
            yield due, happen
