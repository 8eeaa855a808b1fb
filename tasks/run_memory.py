"""What a run writes down in Prefect, on itself, and finds again when it begins anew."""

from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRunInput

_MOST = 200
"""What Prefect gives at once, at most."""


async def remember(run: UUID, key: str, value: str) -> None:
    """Write down a value; a key is written once. Errors of Prefect's API go up."""
    async with get_client() as client:
        await client.create_flow_run_input(run, key, value)


async def recall(run: UUID, prefix: str) -> dict[str, str]:
    """Give all that this run has written down, and been answered, under keys that begin so. Errors go up."""
    async with get_client() as client:
        found: list[FlowRunInput] = await client.filter_flow_run_input(run, prefix, _MOST, set())
    return {one.key: one.value for one in found}
