"""Buckets and what is in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from simulator.json_object import JsonObject
    from simulator.throttling.limits import Limit


@dataclass(slots=True, kw_only=True)
class Bucket:
    """A bucket: it fills with time, and each request takes a token out."""

    limit: Limit
    scope: str
    tokens: float
    filled: datetime
    taken: int = 0
    refused: int = 0

    def take(self, now: datetime) -> int:
        """Take a token: 0, or the whole seconds until there is one."""
        self.fill(now)
        if self.tokens >= 1:
            self.tokens -= 1
            self.taken += 1
            return 0
        self.refused += 1
        return max(1, math.ceil((1 - self.tokens) / self.limit.per_second))

    def fill(self, now: datetime) -> None:
        """Let in what has dripped since it was last looked at."""
        dripped = (now - self.filled).total_seconds() * self.limit.per_second
        self.tokens = min(float(self.limit.capacity), self.tokens + dripped)
        self.filled = now


class Buckets:
    """All buckets that somebody has taken from."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def __iter__(self) -> Iterator[Bucket]:
        """All of them, in the order of their first use."""
        return iter(self._buckets.values())

    def of(self, limit: Limit, scope: str, now: datetime) -> Bucket:
        """The bucket of a scope, full where nobody has taken from it."""
        found = self._buckets.get((limit.name, scope.lower()))
        if found is None:
            found = Bucket(limit=limit, scope=scope, tokens=float(limit.capacity), filled=now)
            self._buckets[limit.name, scope.lower()] = found
        return found

    def document(self, now: datetime) -> JsonObject:
        """All buckets as the control surface shows them."""
        for bucket in self:
            bucket.fill(now)
        return {
            "buckets": [
                {
                    "name": bucket.limit.name,
                    "scope": bucket.scope,
                    "tokens": round(bucket.tokens, 3),
                    "capacity": bucket.limit.capacity,
                    "taken": bucket.taken,
                    "refused": bucket.refused,
                }
                for bucket in self
            ]
        }
