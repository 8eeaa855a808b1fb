"""Deploys all flows to a work pool of processes: `python -m deployments.work_pool POOL`.

Workers take their runs: `prefect worker start --pool POOL`, on as many machines as you like, each with this package
installed and the settings of README.md in its environment. Runs started from the Prefect UI are dry runs unless
`dry_run` is switched off in the form.
"""

import asyncio
import os
import sys

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.types.entrypoint import EntrypointType

from deployments.serve import FLOWS


async def deploy_to(pool: str) -> None:
    """Make the pool, where there is none, and one deployment a flow, named like its flow."""
    async with get_client() as client:
        try:
            await client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
        except ObjectAlreadyExists:
            print(f"Work pool {pool} is there already.")
    for flow in FLOWS:
        deployment = await flow.ato_deployment(
            flow.name, tags=["fleet-identity"], work_pool_name=pool, entrypoint_type=EntrypointType.MODULE_PATH
        )
        await deployment.aapply()
        print(f"Deployed {flow.name}/{flow.name} to {pool}.")


if __name__ == "__main__":
    if len(sys.argv) != 2 or "PREFECT_API_URL" not in os.environ:  # noqa: PLR2004 - the command and its argument
        raise SystemExit("Say which pool, with PREFECT_API_URL set: python -m deployments.work_pool POOL")
    asyncio.run(deploy_to(sys.argv[1]))
