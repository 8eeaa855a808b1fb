"""Deploys all flows to a work pool of processes: `python -m deployments.work_pool POOL`.

Workers take their runs: `prefect worker start --pool POOL`, on as many machines as you like, each with this package
installed and the settings of docs/deploying.md in its environment.
"""

import asyncio
import sys

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import PREFECT_API_URL

from deployments.described import described


async def deploy_to(pool: str) -> None:
    """Make the pool, where there is none, and every deployment that prefect.yaml describes."""
    async with get_client() as client:
        try:
            await client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
        except ObjectAlreadyExists:
            print(f"Work pool {pool} is there already.")
    for one in described():
        deployment = await one.for_runner(work_pool=pool)
        await deployment.aapply()
        print(f"Deployed {deployment.flow_name}/{one.name} to {pool}.")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not PREFECT_API_URL.value():  # noqa: PLR2004 - the command and its argument
        raise SystemExit("Say which pool, with PREFECT_API_URL set: python -m deployments.work_pool POOL")
    asyncio.run(deploy_to(sys.argv[1]))
