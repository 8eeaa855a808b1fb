"""Many clusters at once, with Azure's buckets enforced by the simulator: requests wait, and none is refused."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from azure.identity.aio import DefaultAzureCredential

from benchmarks.as_soon_as_allowed import Request, asked_as_soon_as_allowed
from benchmarks.fleet_world import cluster_ids, fleet_world
from benchmarks.polling import migrated
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.pacing import Pacer
from fleet_identity.gateway.arm.reader import ArmReader
from fleet_identity.gateway.arm.transport import PacedTransport
from fleet_identity.settings import Settings
from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.gateway.conftest import PACE, Connect, Connected

CLUSTERS, SLOWLY = 60, 60.0
"""At this pace Azure takes 60 requests at once and 60 more a real second; unpaced, all would go out in one."""


def refused(simulator: Simulator) -> int:
    return sum(exchange.status == 429 for exchange in simulator.journal)


async def images(azure: ArmReader) -> int:
    """Read the newest image of both pools of each cluster, all at once; count the answers."""
    members = cluster_ids(CLUSTERS)
    one = await azure.cluster(members[0])
    readings = (azure.newest_image(replace(one, id=member), pool) for member in members for pool in one.pools)
    found = await asyncio.gather(*readings, return_exceptions=True)
    return sum(isinstance(image, str) for image in found)


@asynccontextmanager
async def unpaced(here: Connected) -> AsyncGenerator[ArmReader]:
    """A reader that believes Azure takes a thousand times what it does."""
    transport = PacedTransport(here.clock, Pacer(here.clock, share=1000))
    async with transport, DefaultAzureCredential(transport=transport) as credential:
        yield ArmReader(Connection(Settings(), credential, transport), here.clock, Settings())


async def test_sixty_clusters_at_once(connect: Connect) -> None:
    """Twice as many requests as the bucket holds wait for their turn, and each is answered at the first try."""
    here = await connect(fleet_world(CLUSTERS), pace=SLOWLY)
    assert await images(here.azure) == 2 * CLUSTERS
    assert refused(here.simulator) == 0


async def test_without_pacing_they_are_refused(connect: Connect) -> None:
    """The same requests run into the simulator's buckets, if nobody lets them wait."""
    here = await connect(fleet_world(CLUSTERS), pace=SLOWLY / 4)  # slower still, for a machine that is busy
    async with unpaced(here) as azure:
        await images(azure)
    assert refused(here.simulator) > 0


@pytest.fixture
async def of_three(simulate: SimulatorFactory, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the migration of three clusters asks."""
    simulator = simulate(fleet_world(3), pace=PACE)
    for name, value in simulator.env.items():
        monkeypatch.setenv(name, value)
    assert await migrated(cluster_ids(3), 3) == 3
    return [(exchange.method, exchange.path) for exchange in simulator.journal]


async def asked(requests: list[Request], share: float) -> int:
    """Ask it for 500 clusters, 200 at a time, each request as soon as it may go; count refusals."""
    found = await asyncio.to_thread(asked_as_soon_as_allowed, requests, 500, 200, of=3, share=share)
    return found["refused"]


async def test_five_hundred_clusters_as_soon_as_allowed(of_three: list[Request]) -> None:
    """Polls among them, no request of a fleet is refused, however close together they come."""
    assert await asked(of_three, share=0.8) == 0


async def test_without_pacing_five_hundred_are_refused(of_three: list[Request]) -> None:
    """The same requests, all at once, run into the buckets."""
    assert await asked(of_three, share=1000) > 100
