"""Gates of deployed runs: the process ends while a person thinks, and whatever else ends meanwhile does no harm."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterParentFlowRunId
from prefect.client.schemas.sorting import ArtifactSort
from prefect.settings import PREFECT_API_URL, temporary_settings

from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.spec import Stage
from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.cli import command
from tests.flows.deployed import execute, look, schedule, until_over
from tests.flows.fleets import disrupted, fleet, group, rolls, spec, switched
from tests.prefect_server import PrefectServer, prefect_server
from tests.worlds import CLUSTER, CLUSTER_ID

pytestmark = pytest.mark.alone

APPROVAL = Gate(type="Approval")
PACE = 3600.0


@pytest.fixture
def server(prefect_home: Path) -> Iterator[PrefectServer]:
    """A server that the test may kill."""
    with prefect_server(prefect_home) as running:
        yield running


async def passes_by(server: PrefectServer, run: UUID, azure: Simulator) -> str:
    """Carry a run out until its process ends; give the name of the state that it left."""
    with execute(server.api, run, azure) as process:
        told = await until_over(process)
    state = (await look(server.api, run)).state
    assert state is not None, told
    return str(state.name)


async def approve(server: PrefectServer, run: UUID, home: Path, decision: str = "approve") -> None:
    """Answer the gate at which a run waits, from another process."""
    words = ("approve", str(run), "--decision", decision)
    ended = await asyncio.to_thread(command.run, *words, home=home, prefect=server.api)
    assert ended.returncode == 0, ended.stderr


async def check_report(server: PrefectServer, run: UUID) -> None:
    """The run tells of all its tries as of one: what was done before a gate is told after it, too, and shown once."""
    with temporary_settings({PREFECT_API_URL: server.api}):
        async with get_client() as client:
            below = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run]))
            children = await client.read_flow_runs(flow_run_filter=below)
            shown = await client.read_artifacts(sort=ArtifactSort.KEY_ASC)
    told = {(one.name, one.state.name, one.state.message) for one in children if one.state}
    moved = "service principal -> user-assigned"
    assert told == {(f"migrate {name}: {moved}", "Migrated", moved) for name in ("a1", "b1")}
    keys = [str(one.key) for one in shown]
    assert [keys.count(key) for key in ("fleet", "fleet-progress")] == [1, 1]
    assert len([key for key in keys if key.startswith("cluster-a1")]) == 1
    pages = {str(one.key): str(one.data) for one in shown}
    assert pages["fleet"].count("| Migrated<br>") == 2
    assert pages["fleet"].count(f"| {moved.replace('-> ', '→<br>')} |") == 2
    assert "propagation" in next(page for key, page in pages.items() if key.startswith("cluster-a1"))


async def test_a_gate_outlives_process_and_server(
    server: PrefectServer, simulate: SimulatorFactory, tmp_path: Path
) -> None:
    """Two gates: at each the process ends; the server is killed and started again; each answer is asked for once."""
    azure = simulate(fleet(rolls("a1"), rolls("b1")), pace=PACE)
    canary = Stage(name="canary", groups=(group("one", "a*"),), before_gates=(APPROVAL,), after_gates=(APPROVAL,))
    run = await schedule(server.api, spec(canary, Stage(name="rest", groups=(group("two", "b*"),))))

    assert await passes_by(server, run, azure) == "Suspended"
    assert switched(azure) == []
    server.kill()
    server.start()
    await approve(server, run, tmp_path)

    assert await passes_by(server, run, azure) == "Suspended"
    assert disrupted(azure) == ["a1", "a1"]
    await approve(server, run, tmp_path)

    assert await passes_by(server, run, azure) == "Migrated"
    assert disrupted(azure) == ["a1", "a1", "b1", "b1"]
    await check_report(server, run)


async def test_a_stop_holds_whatever_has_changed(
    server: PrefectServer, simulate: SimulatorFactory, tmp_path: Path
) -> None:
    """Somebody moves the cluster behind the gate by hand, and then answers *stop*: what follows is not begun."""
    azure = simulate(fleet(rolls("a1"), rolls("b1")), pace=PACE)
    first = Stage(name="first", groups=(group("one", "a*"),), before_gates=(APPROVAL,))
    run = await schedule(server.api, spec(first, Stage(name="rest", groups=(group("two", "b*"),))))
    assert await passes_by(server, run, azure) == "Suspended"

    cluster_id = CLUSTER_ID.removesuffix(CLUSTER) + "a1"
    words = ("migrate", "--cluster", cluster_id, "--grant-age", "0", "--apply")
    ended = await asyncio.to_thread(command.run, *words, home=tmp_path, azure=azure, prefect=server.api)
    assert ended.returncode == 0, ended.stderr
    await approve(server, run, tmp_path, "stop")

    assert await passes_by(server, run, azure) == "NotStarted"
    assert switched(azure) == ["a1"]
