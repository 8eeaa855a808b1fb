"""A deployed run as a worker carries it out: a process of its own, told which flow run is meant."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.types.entrypoint import EntrypointType

from fleet_identity.fleet.spec import FleetSpec
from flows.migrate_fleet import migrate_fleet
from simulator import Simulator


async def schedule(api: str, fleet: FleetSpec) -> UUID:
    """Deploy the flow on a server, and schedule a run of it that may change clusters."""
    with temporary_settings({PREFECT_API_URL: api}):
        deployment = await migrate_fleet.ato_deployment("tested", entrypoint_type=EntrypointType.MODULE_PATH)
        deployed = await deployment.aapply()
        async with get_client() as client:
            parameters = {"fleet": fleet.model_dump(mode="json"), "dry_run": False}
            return (await client.create_flow_run_from_deployment(deployed, parameters=parameters)).id


async def look(api: str, run: UUID) -> FlowRun:
    """Read a run."""
    with temporary_settings({PREFECT_API_URL: api}):
        async with get_client() as client:
            return await client.read_flow_run(run)


def execute(api: str, run: UUID, azure: Simulator, home: Path) -> subprocess.Popen[str]:
    """Start what a worker starts for a run."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FLEET_"))}
    env = own | azure.env | {"PREFECT_API_URL": api, "PREFECT_HOME": str(home), "PREFECT__FLOW_RUN_ID": str(run)}
    return subprocess.Popen(
        [sys.executable, "-m", "prefect.engine"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
