"""Gates of deployed runs: the process ends while a person thinks, and whatever else ends meanwhile does no harm."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from fleet_identity.fleet.spec import Gate, Stage
from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.cli import command
from tests.flows.deployed import execute, look, schedule, until_over
from tests.flows.fleets import disrupted, fleet, group, rolls, spec, switched
from tests.prefect_server import PrefectServer, prefect_server

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


async def approve(server: PrefectServer, run: UUID, home: Path) -> None:
    """Answer the gate at which a run waits, from another process."""
    ended = await asyncio.to_thread(command.run, "approve", str(run), home=home, prefect=server.api)
    assert ended.returncode == 0, ended.stderr


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
