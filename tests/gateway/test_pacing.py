"""Requests wait for Azure's allowances, and are not refused: in virtual time, against the simulator's own buckets."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.virtual_time import VirtualClock, run
from fleet_identity.gateway.arm.allowances import AKS, ARM, drawn_on
from fleet_identity.gateway.arm.pacing import SHARE, Pacer
from simulator.throttling import limits
from simulator.throttling.buckets import Buckets
from tests.worlds import CLUSTER_ID, GROUP, SUBSCRIPTION

SUBSCRIPTION_ID = f"/subscriptions/{SUBSCRIPTION}"
AKS_ID = f"{SUBSCRIPTION_ID}/providers/Microsoft.ContainerService"
PROFILE = f"{CLUSTER_ID}/agentPools/system/upgradeProfiles/default"
ROLL = f"{CLUSTER_ID}/agentPools/system/upgradeNodeImageVersion"
OTHERS = [("GET", PROFILE), ("POST", ROLL)]
NOW = datetime(2026, 11, 2, tzinfo=UTC)
Latency = Callable[[], float]


class Azure:
    """Counts requests as the simulator does, somewhere on their way; notes when, and how many it refuses."""

    def __init__(self, pacer: Pacer, latency: Latency = lambda: 0.0, others: int = 0) -> None:
        self._pacer = pacer
        self._latency = latency
        self._clock = VirtualClock()
        self._buckets = Buckets()
        self._taken_by_others = others
        self.counted: list[float] = []
        self.refused = 0

    async def ask(self, method: str, path: str) -> None:
        """Send a request, and again if it is refused, as azure-core does."""
        while retry_after := await self._try(method, path):
            await self._clock.sleep(retry_after)

    async def _try(self, method: str, path: str) -> int:
        async with self._pacer.turn(method, f"https://management.azure.com{path}") as turn:
            await self._clock.sleep(self._latency())
            retry_after = self._count(method, path)
            await self._clock.sleep(self._latency())
            if retry_after:
                turn.refused({"Retry-After": str(retry_after)})
        return retry_after

    def _count(self, method: str, path: str) -> int:
        now = NOW + timedelta(seconds=self._clock.now())
        for group in (limits.ARM_LIMITS, limits.AKS_LIMITS):
            limit, scope = limits.limit_of(group, method, path) or pytest.fail(path)
            bucket = self._buckets.of(limit, scope, now)
            while group is limits.AKS_LIMITS and self._taken_by_others:
                self._taken_by_others -= 1
                bucket.take(now)
            if wait := bucket.take(now):
                self.refused += 1
                return wait
        self.counted.append(self._clock.now())
        return 0


def asked(requests: list[tuple[str, str]], share: float = SHARE, **azure: Any) -> Azure:
    """Ask all of it at once, and wait for the answers."""

    async def asking() -> Azure:
        there = Azure(Pacer(VirtualClock(), share), **azure)
        await asyncio.gather(*(there.ask(*request) for request in requests))
        return there

    return run(asking())


def test_nothing_is_refused() -> None:
    """Four hundred requests at once of a kind that Azure takes once a second all get through at the first try."""
    azure = asked(OTHERS * 200)
    assert azure.refused == 0
    assert azure.counted[-1] == pytest.approx((400 - 60 * SHARE) / SHARE)


def test_without_it_most_are() -> None:
    """The same requests run into the limit, if nobody lets them wait."""
    assert asked(OTHERS * 200, share=1000).refused > 300


@pytest.mark.parametrize("seed", range(5))
def test_the_network_may_hold_requests_back(seed: int) -> None:
    """Even with all of Azure's allowance in use, requests that the network delays and heaps up are not refused."""
    draw = random.Random(seed)  # noqa: S311 - delays of a network
    azure = asked(OTHERS * 100, share=1.0, latency=lambda: draw.choice([0.01, 0.3, 40.0 * draw.random()]))
    assert azure.refused == 0


def test_a_burst_goes_out_at_once() -> None:
    """As long as the share of the bucket lasts nobody waits."""
    azure = asked([("GET", PROFILE)] * round(60 * SHARE))
    assert azure.counted == [0.0] * 48


def test_who_came_first_goes_first() -> None:
    """Requests are sent in the order in which they were made."""

    async def asking() -> list[int]:
        pacer, sent = Pacer(VirtualClock()), list[int]()

        async def ask(number: int) -> None:
            async with pacer.turn("GET", PROFILE):
                sent.append(number)

        await asyncio.gather(*map(ask, range(100)))
        return sent

    assert run(asking()) == list(range(100))


def test_a_write_waits_behind_no_reading() -> None:
    """What is written follows from what has just been read: it goes next, however many readings wait."""

    async def asking() -> tuple[float, list[str]]:
        pacer, sent = Pacer(VirtualClock()), list[str]()

        async def ask(method: str, path: str) -> None:
            async with pacer.turn(method, path):
                sent.append(method)

        readings = [asyncio.create_task(ask("GET", PROFILE)) for _ in range(100)]
        await asyncio.sleep(0.1)
        await asyncio.gather(*(ask("POST", ROLL) for _ in range(2)))
        now = VirtualClock().now()
        await asyncio.gather(*readings)
        return now, sent

    now, sent = run(asking())
    assert now == pytest.approx(2 / SHARE)
    assert sent[48:50] == ["POST", "POST"]
    assert len(sent) == 102


def test_a_refusal_holds_back_all_others() -> None:
    """Where others have emptied the bucket, the refused wait for Retry-After, and so do those that come after."""
    azure = asked([("GET", PROFILE)] * 300, others=60)
    assert azure.refused == 48, "those of the first burst; none after it"
    assert len(azure.counted) == 300


@pytest.mark.parametrize(("cause", "waits"), [("gateway", True), ("service", False), ("", False)])
def test_only_the_bucket_that_is_empty_is_closed(cause: str, waits: bool) -> None:
    """A cluster that may not be PUT for a minute keeps nobody from other writes; ARM's own refusal does."""

    async def asking() -> float:
        clock = VirtualClock()
        pacer = Pacer(clock)
        async with pacer.turn("PUT", CLUSTER_ID) as turn:
            turn.refused({"Retry-After": "60", "x-ms-failure-cause": cause})
        async with pacer.turn("PUT", f"{CLUSTER_ID}-2"):
            return clock.now()

    assert run(asking()) == pytest.approx(60 if waits else 0)


async def waited(pacer: Pacer) -> float:
    async with pacer.turn("GET", PROFILE):
        return VirtualClock().now()


def test_who_gives_up_takes_nothing() -> None:
    """A request that is cancelled while it waits leaves its place to the next one."""

    async def asking() -> float:
        pacer = Pacer(VirtualClock())
        for _ in range(48):
            await waited(pacer)
        given_up = [asyncio.create_task(waited(pacer)) for _ in range(20)]
        await asyncio.sleep(0.1)
        for task in given_up:
            task.cancel()
        return await waited(pacer)

    assert run(asking()) == pytest.approx(1 / SHARE)


def test_an_error_on_the_way_counts() -> None:
    """A request whose connection broke may have reached Azure: its place is taken, and not for ever."""

    async def asking() -> float:
        pacer = Pacer(VirtualClock())
        for _ in range(48):
            with pytest.raises(ConnectionError):
                await broken(pacer)
        return await waited(pacer)

    async def broken(pacer: Pacer) -> None:
        async with pacer.turn("GET", PROFILE):
            raise ConnectionError

    assert run(asking()) == pytest.approx(1 / SHARE)


REQUESTS = [
    ("GET", f"{AKS_ID}/managedClusters"),
    ("GET", f"{SUBSCRIPTION_ID}/resourceGroups/{GROUP}/providers/Microsoft.ContainerService/managedClusters"),
    ("GET", CLUSTER_ID),
    ("PUT", CLUSTER_ID),
    ("DELETE", CLUSTER_ID),
    ("PUT", f"{CLUSTER_ID}/agentPools/system"),
    ("GET", f"{CLUSTER_ID}/agentPools/system"),
    ("GET", f"{AKS_ID}/locations/westeurope/operations/x"),
    ("GET", f"{AKS_ID}/locations/westeurope/operationresults/x"),
    ("POST", f"{CLUSTER_ID}/runCommand"),
    ("PUT", f"{CLUSTER_ID}/providers/Microsoft.Authorization/roleAssignments/x"),
    ("GET", "/subscriptions"),
    ("GET", "/providers/Microsoft.Authorization/roleDefinitions"),
    ("GET", "/v1.0/servicePrincipals"),
    ("POST", "/7c1b6a52-3f0e-4b7d-9a55-2f6f0a1c9e11/oauth2/v2.0/token"),
    *OTHERS,
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_the_table_is_azure_s(request_: tuple[str, str]) -> None:
    """For each kind of request ours and the simulator's tables, written apart, name buckets of the same size."""
    method, path = request_
    ours = [(one.burst, one.per_second) for one, _ in drawn_on(method, f"https://management.azure.com{path}?a=b")]
    found = (limits.limit_of(group, method, path) for group in (limits.AKS_LIMITS, limits.ARM_LIMITS))
    assert ours == [(one[0].capacity, one[0].per_second) for one in found if one]


def test_every_row_of_the_table_is_tried() -> None:
    """No allowance is without a request that draws on it."""
    tried = Counter(one.name for method, path in [*REQUESTS, ("DELETE", PROFILE)] for one, _ in drawn_on(method, path))
    assert set(tried) == {one.name for one in (*AKS, *ARM)}
