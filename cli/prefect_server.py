"""Prefect's own server, for a run that has no other."""

from cli.prefect_profile import apply_prefect_profile
from cli.stopping import run_stoppable


def start_prefect() -> None:
    """Start the ephemeral server of this process now, not within the first run; it ends with the process."""
    apply_prefect_profile()
    from prefect.client.orchestration import get_client

    async def greet() -> None:
        async with get_client() as client:
            await client.hello()

    run_stoppable(greet())
