"""Shards on a work pool: a server on PostgreSQL; workers and runs are killed, stopped and cancelled."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterParentFlowRunId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling

from deployments.work_pool import deploy_to
from fleet_identity.fleet.spec import FleetSpec, Stage
from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.flows.answers import until
from tests.flows.deployed import execute, look, schedule, until_over
from tests.flows.fleets import disrupted, fleet, group, rolls, spec, switched
from tests.flows.postgres import database, unreachable
from tests.flows.workers import workers
from tests.prefect_server import PrefectServer, prefect_server

pytestmark = pytest.mark.alone

PACE = 600.0
SETTINGS = {"FLEET_IDENTITY_SHARD_BEAT": "0.5", "FLEET_IDENTITY_SHARD_PATIENCE": "12"}
SIX = [f"a{number}" for number in range(6)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[PrefectServer]:
    """A Prefect server on PostgreSQL; skipped where there is none."""
    if why := unreachable():
        pytest.skip(why)
    with database() as address:
        settings = {"PREFECT_API_DATABASE_CONNECTION_URL": address}
        with prefect_server(tmp_path_factory.mktemp("server"), settings) as running:
            yield running


@pytest.fixture
async def pool(server: PrefectServer, request: pytest.FixtureRequest) -> str:
    """A work pool of the test's own, to which all flows are deployed."""
    name = request.node.name
    with temporary_settings({PREFECT_API_URL: server.api}):
        await deploy_to(name)
    return name


def in_shards(at_a_time: str) -> FleetSpec:
    """Two shards of three clusters."""
    stage = Stage(name="all", groups=(group("one", "a*", max_concurrency=at_a_time),))
    return spec(stage, dispatch="work_pool", shard_size=3)


@asynccontextmanager
async def under_way(
    server: PrefectServer, azure: Simulator, at_a_time: str
) -> AsyncGenerator[tuple[UUID, subprocess.Popen[str]]]:
    """A fleet's run that hands out its shards."""
    run = await schedule(server.api, in_shards(at_a_time))
    with execute(server.api, run, azure, **SETTINGS) as process:
        try:
            yield run, process
        finally:
            process.kill()


async def shards(server: PrefectServer, run: UUID) -> list[FlowRun]:
    """The runs of a fleet's shards."""
    with temporary_settings({PREFECT_API_URL: server.api}):
        async with get_client() as client:
            mine = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run]))
            return list(await client.read_flow_runs(flow_run_filter=mine, sort=FlowRunSort.ID_DESC, limit=200))


async def states_of(server: PrefectServer, run: UUID) -> list[str]:
    return sorted(str(one.state_name) for one in await shards(server, run))


async def test_a_worker_is_killed(server: PrefectServer, pool: str, simulate: SimulatorFactory) -> None:
    """Two workers take a shard each; one is killed half-way: its clusters are taken up, and nothing is done twice."""
    azure = simulate(fleet(*map(rolls, SIX)), pace=PACE)
    with workers(2, pool, server.api, azure, **SETTINGS) as (first, second):
        async with under_way(server, azure, "4") as (run, process):
            await until(lambda: first.at_work and second.at_work and len(switched(azure)) >= 3)
            first.kill()
            told = await until_over(process)
    assert str((await look(server.api, run)).state_name) == "Migrated", told
    assert Counter(disrupted(azure)) == dict.fromkeys(SIX, 2)
    assert await states_of(server, run) == ["Crashed", "Migrated", "Migrated"]


async def test_a_failure_stops_the_other_shards(server: PrefectServer, pool: str, simulate: SimulatorFactory) -> None:
    """A cluster of the first shard fails, and none may: no shard begins another, and what has begun is finished."""
    azure = simulate(fleet(*map(rolls, SIX)), pace=PACE / 4)
    match = {"method": "PUT", "path": "managedClusters/a[012]$"}
    azure.add_faults([{"match": match, "times": 9, "error": "QuotaExceeded"}])
    with workers(2, pool, server.api, azure, **SETTINGS):
        async with under_way(server, azure, "2") as (run, process):
            told = await until_over(process)
    assert str((await look(server.api, run)).state_name) == "BudgetExhausted", told
    failed, others = Counter(disrupted(azure)), Counter[str]()
    for name in SIX[3:]:
        others[name] = failed.pop(name, 0)
    assert list(failed.values()) == [1]
    assert 0 in others.values()
    assert set(others.values()) <= {0, 2}


async def test_a_run_is_cancelled(server: PrefectServer, pool: str, simulate: SimulatorFactory) -> None:
    """Who cancels the fleet's run cancels its shards: what Azure has begun it ends, and nothing else is begun."""
    azure = simulate(fleet(*map(rolls, SIX)), pace=PACE / 4)
    run = await schedule(server.api, in_shards("2"), deployment="migrate-fleet/migrate-fleet")
    with workers(3, pool, server.api, azure, **SETTINGS):
        await until(lambda: len(switched(azure)) == 2)
        with temporary_settings({PREFECT_API_URL: server.api}):
            async with get_client() as client:
                await client.set_flow_run_state(run, Cancelling())
        async with asyncio.timeout(60):
            while await states_of(server, run) != ["Cancelled", "Cancelled"]:  # noqa: ASYNC110 - Prefect is asked
                await asyncio.sleep(0.5)
    assert str((await look(server.api, run)).state_name) == "Cancelled"
    assert len(switched(azure)) < len(SIX)


async def test_the_fleets_run_is_killed(server: PrefectServer, pool: str, simulate: SimulatorFactory) -> None:
    """Its shards hear no more of it: what they have begun they bring to its end, and nothing else is begun."""
    azure = simulate(fleet(*map(rolls, SIX)), pace=PACE / 6)
    with workers(2, pool, server.api, azure, **SETTINGS | {"FLEET_IDENTITY_SHARD_PATIENCE": "3"}):
        async with under_way(server, azure, "2") as (run, process):
            await until(lambda: len(switched(azure)) == 2)
            process.kill()
            async with asyncio.timeout(90):
                while not all(one.state and one.state.is_final() for one in await shards(server, run)):  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
    assert await states_of(server, run) == ["NotStarted", "NotStarted"]
    assert Counter(disrupted(azure)) == dict.fromkeys(switched(azure)[:2], 2)
