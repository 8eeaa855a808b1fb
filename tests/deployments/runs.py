"""Runs of deployments: started by hand, or by an automation."""

import asyncio

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

PATIENCE = 900.0
"""Seconds, real ones: there is no hurry."""


async def start(client: PrefectClient, deployment: str) -> FlowRun:
    """Start a run with the parameters of its deployment."""
    found = await client.read_deployments(deployment_filter=_named(deployment), limit=1)
    return await client.create_flow_run_from_deployment(found[0].id)


async def runs_of(client: PrefectClient, deployment: str) -> list[FlowRun]:
    """Give the runs of a deployment that did not come of its schedule, the first first."""
    named = _named(deployment)
    found = await client.read_flow_runs(deployment_filter=named, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=200)
    return [one for one in found if not one.auto_scheduled]


async def more_runs(client: PrefectClient, deployment: str, than: int) -> int:
    """Wait until there are more runs than so many; give how many."""
    async with asyncio.timeout(PATIENCE):
        while (now := len(await runs_of(client, deployment))) <= than:  # noqa: ASYNC110 - Prefect is asked
            await asyncio.sleep(0.5)
    return now


async def ended(client: PrefectClient, deployment: str, number: int) -> str:
    """Wait until so many runs are there and the last of them is over; give the name of its state."""
    async with asyncio.timeout(PATIENCE):
        while True:
            runs = await runs_of(client, deployment)
            if len(runs) >= number and (state := runs[number - 1].state) and state.is_final():
                return str(state.name)
            await asyncio.sleep(0.5)


def _named(deployment: str) -> DeploymentFilter:
    return DeploymentFilter(name=DeploymentFilterName(any_=[deployment]))
