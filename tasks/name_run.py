"""Gives a run the name that people look for, once the first plan tells what it is about."""

from prefect.client.orchestration import get_client
from prefect.runtime import flow_run


async def name_run(name: str) -> None:
    """Rename the flow run around us."""
    async with get_client() as client:
        await client.update_flow_run(flow_run.id, name=name)
