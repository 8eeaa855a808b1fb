"""The arithmetic of allowances: a fleet's requests in virtual time, each sent the moment our pacer lets it go.

No answer takes any time and no operation either, which is as close together as requests can come. What is left are
Azure's buckets: those of the simulator count, and what it all takes is what the allowances alone cost.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from benchmarks.fleet_world import SUBSCRIPTION
from benchmarks.requests import POLL, kind_of
from benchmarks.virtual_time import VirtualClock, run
from fleet_identity.gateway.arm.pacing import SHARE, Pacer
from simulator.throttling.buckets import Buckets
from simulator.throttling.limits import AKS_LIMITS, ARM_LIMITS, limit_of

_BEGAN = datetime(2026, 11, 2, tzinfo=UTC)
_LIST = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters"
_INTERVAL = 30.0
"""Of the watch, in seconds."""
_PAGE = 50
"""Clusters on a page of the list, in the simulator."""


Request = tuple[str, str]
"""Method and path."""


@dataclass
class Azure:
    """Azure's buckets in virtual time."""

    pacer: Pacer
    clock: VirtualClock
    buckets: Buckets = field(default_factory=Buckets)
    asked: int = 0
    refused: int = 0

    async def ask(self, method: str, path: str) -> None:
        """Send a request as soon as we may, and let Azure count it in that moment."""
        async with self.pacer.turn(method, path):
            self.asked += 1
            now = _BEGAN + timedelta(seconds=self.clock.now())
            for limits in (ARM_LIMITS, AKS_LIMITS):
                if (found := limit_of(limits, method, path)) and self.buckets.of(*found, now).take(now):
                    self.refused += 1
                    return


def asked_as_soon_as_allowed(
    requests: Sequence[Request], clusters: int, concurrency: int, of: int | None = None, share: float = SHARE
) -> dict[str, Any]:
    """Ask what `of` clusters have asked (all, by default) for so many clusters, `concurrency` of them at a time."""

    async def asking() -> dict[str, Any]:
        clock = VirtualClock()
        azure = Azure(Pacer(clock, share), clock)
        polling = asyncio.create_task(_poll(azure, clusters))
        await _ask_all(azure, _dealt(requests, of or clusters, clusters), concurrency)
        polling.cancel()
        return {"requests": azure.asked, "refused": azure.refused, "minutes": round(clock.now() / 60, 1)}

    return run(asking())


async def _ask_all(azure: Azure, migrations: Iterable[list[Request]], concurrency: int) -> None:
    places = asyncio.Semaphore(concurrency)

    async def migrate(requests: list[Request]) -> None:
        async with places:
            for request in requests:
                await azure.ask(*request)

    await asyncio.gather(*map(migrate, migrations))


async def _poll(azure: Azure, clusters: int) -> None:
    while True:
        for _ in range(-(-clusters // _PAGE)):
            await azure.ask("GET", _LIST)
        await azure.clock.sleep(_INTERVAL)


def _dealt(requests: Sequence[Request], of: int, clusters: int) -> Iterable[list[Request]]:
    """Deal the requests out, polls aside, to as many migrations as made them; then again, for other clusters."""
    others = [request for request in requests if kind_of(*request) != POLL]
    for number in range(clusters):
        again, first = divmod(number, of)
        yield [(method, _other(path, again)) for method, path in islice(others, first, None, of)]


def _other(path: str, again: int) -> str:
    return path.replace("/managedClusters/", f"/managedClusters/{again}-") if again else path
