"""Lets requests wait here, before they are sent, instead of being refused by Azure (429).

A refusal costs a request, a wait and a retry for each that is refused, and the buckets of the AKS resource provider
are shared with everybody else in the subscription: portal, pipelines, autoscalers of others. So we plan with a share
of each, and leave the rest to them.

A request counts from the moment it leaves until its answer is there, and drains only from then on. Azure counts it
somewhere in between; so however long the network holds some of them back, those that arrive together are never
more than the bucket takes.

Own code rather than a library (aiolimiter, for one): a limiter that reads the event loop's clock can't follow ours,
none knows how long a request has been under way, and what is left of it are the few lines of `Bucket`.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from fleet_identity.clock import Clock
from fleet_identity.gateway.arm.allowances import READS, Allowance, drawn_on

SHARE = 0.8
"""Of each bucket and of what it gains: enough to lose little time, and a fifth stays for everybody else."""
_ALMOST_NOTHING = 1e-6


class Bucket:
    """What we have drawn from one of Azure's buckets: it rises with each request, and drains with time."""

    def __init__(self, allowance: Allowance, clock: Clock, share: float) -> None:
        """Begin with a bucket that nobody has drawn from."""
        self._room = allowance.burst * share
        self._per_second = allowance.per_second * share
        self._clock = clock
        self._drawn, self._looked_at = 0.0, clock.now()
        self._under_way = self._writes_waiting = 0
        self._queues = {False: asyncio.Lock(), True: asyncio.Lock()}  # a lock lets in whoever came first

    async def enter(self, *, write: bool = False) -> None:
        """Wait, behind all who came before, until there is room for one more request; then it is under way."""
        self._writes_waiting += write
        try:
            async with self._queues[write]:
                while (excess := self._wanted(write=write) - self._room) > _ALMOST_NOTHING:
                    await self._clock.sleep(excess / self._per_second)
                self._under_way += 1
        finally:
            self._writes_waiting -= write

    def leave(self, *, refused: bool = False) -> None:
        """Note that the answer of one that was under way is there; a refused one has taken nothing."""
        self._under_way -= 1
        self._drawn = self._drain() + (not refused)

    def close(self, seconds: float | None) -> None:
        """Let nobody in for so long, since Azure said that the bucket is empty; then one after the other."""
        left_open = self._per_second * seconds - 1 if seconds else 0.0
        self._drawn = max(self._drain(), self._room + left_open)

    def _wanted(self, *, write: bool) -> float:
        """A write is sent upon what has just been read: none waits behind readings, which leave room for it."""
        return self._drain() + self._under_way + 1 + (0 if write else self._writes_waiting)

    def _drain(self) -> float:
        now = self._clock.now()
        self._drawn = max(0.0, self._drawn - (now - self._looked_at) * self._per_second)
        self._looked_at = now
        return self._drawn


class Turn:
    """A request that may be sent now."""

    def __init__(self) -> None:
        """Draw on nothing yet."""
        self.entered: list[Bucket] = []
        self._empty: Bucket | None = None

    def refused(self, headers: Mapping[str, str]) -> None:
        """Take note of a 429: whoever draws on the same bucket waits as well, as long as Retry-After says."""
        if self.entered:
            # ARM names itself as the cause; else it is the provider behind it, whose bucket is the narrower one
            self._empty = self.entered[-1 if headers.get("x-ms-failure-cause") == "gateway" else 0]
            self._empty.close(_seconds(headers.get("Retry-After", "")))

    def over(self) -> None:
        """Leave all buckets."""
        for bucket in self.entered:
            bucket.leave(refused=bucket is self._empty)


class Pacer:
    """Keeps all requests of a connection within Azure's allowances; `share` of each is ours."""

    def __init__(self, clock: Clock, share: float = SHARE) -> None:
        """Know no bucket until a request draws on it."""
        self._clock = clock
        self._share = share
        self._buckets: dict[tuple[str, str], Bucket] = {}

    @asynccontextmanager
    async def turn(self, method: str, url: str) -> AsyncGenerator[Turn]:
        """Wait until this request may be sent; it counts as under way until the block ends."""
        turn = Turn()
        try:
            for allowance, whose in drawn_on(method, url):
                bucket = self._bucket(allowance, whose)
                await bucket.enter(write=method not in READS)
                turn.entered.append(bucket)
            yield turn
        finally:
            turn.over()

    def _bucket(self, allowance: Allowance, whose: str) -> Bucket:
        key = (allowance.name, whose)
        if key not in self._buckets:
            self._buckets[key] = Bucket(allowance, self._clock, self._share)
        return self._buckets[key]


def _seconds(retry_after: str) -> float | None:
    return float(retry_after) if retry_after.isdigit() else None
