"""A deployed run as a worker carries it out: a process of its own, told which flow run is meant."""

import asyncio
import os
import subprocess
import sys
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.types.entrypoint import EntrypointType

from fleet_identity.fleet.spec import FleetSpec
from flows.migrate_fleet import migrate_fleet
from simulator import Simulator


async def schedule(api: str, fleet: FleetSpec, deployment: str | None = None) -> UUID:
    """Schedule a run that may change clusters: for whoever executes it, or for the workers of a deployment."""
    parameters = {"fleet": fleet.model_dump(mode="json"), "dry_run": False}
    with temporary_settings({PREFECT_API_URL: api}):
        async with get_client() as client:
            deployed = (await client.read_deployment_by_name(deployment)).id if deployment else await _deployed()
            return (await client.create_flow_run_from_deployment(deployed, parameters=parameters)).id


async def _deployed() -> UUID:
    deployment = await migrate_fleet.ato_deployment("tested", entrypoint_type=EntrypointType.MODULE_PATH)
    return await deployment.aapply()


async def look(api: str, run: UUID) -> FlowRun:
    """Read a run."""
    with temporary_settings({PREFECT_API_URL: api}):
        async with get_client() as client:
            return await client.read_flow_run(run)


def execute(api: str, run: UUID, azure: Simulator, **settings: str) -> subprocess.Popen[str]:
    """Start what a worker starts for a run."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_API", "FLEET_"))}
    env = own | azure.env | {"PREFECT_API_URL": api, "PREFECT__FLOW_RUN_ID": str(run)} | settings
    return subprocess.Popen(
        [sys.executable, "-m", "prefect.engine"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


async def until_over(process: subprocess.Popen[str], seconds: float = 120) -> str:
    """Wait until a run's process ends; give what it has told. One that does not end is killed."""
    try:
        told, _ = await asyncio.to_thread(process.communicate, timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        told, _ = await asyncio.to_thread(process.communicate)
        told = f"killed after {seconds} seconds:\n{told}"
    return told
