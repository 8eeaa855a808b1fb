"""Serves all flows from one process: `python -m deployments.serve`, with PREFECT_API_URL naming your server.

Runs started from the Prefect UI are dry runs unless `dry_run` is switched off in the form; the schedule that changes
clusters is switched off. For more than one machine there are work pools: docs/deploying.md.
"""

import asyncio
import os

from prefect import aserve
from prefect.deployments.runner import RunnerDeployment

from deployments.described import described


async def deployments() -> list[RunnerDeployment]:
    """Give every deployment that prefect.yaml describes."""
    # Prefect pauses what is no longer served, and leaves it so when it is served again
    return [await one.for_runner(paused=False) for one in described()]


async def main() -> None:
    """Serve until the process is stopped."""
    await aserve(*await deployments())


if __name__ == "__main__":
    if "PREFECT_API_URL" not in os.environ:
        raise SystemExit("Set PREFECT_API_URL to the API of your Prefect server; `prefect server start` starts one.")
    asyncio.run(main())
