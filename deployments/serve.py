"""Serves all flows from one process: `python -m deployments.serve`, with PREFECT_API_URL naming your server.

Runs started from the Prefect UI are dry runs unless `dry_run` is switched off in the form.
"""

import asyncio
import os
from typing import Any

from prefect import Flow, aserve
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from flows.assess_fleet import assess_fleet
from flows.create_cluster import create_cluster
from flows.migrate_cluster import migrate_cluster
from flows.migrate_fleet import migrate_fleet
from flows.migrate_shard import migrate_shard
from flows.undo_preparation import undo_preparation

FLOWS: tuple[Flow[..., Any], ...] = (
    assess_fleet,
    migrate_fleet,
    migrate_shard,
    migrate_cluster,
    create_cluster,
    undo_preparation,
)


async def deployments() -> list[RunnerDeployment]:
    """Describe one deployment a flow, named like its flow."""
    # by module, not by path: a path would import the module a second time
    return [
        await flow.ato_deployment(flow.name, tags=["fleet-identity"], entrypoint_type=EntrypointType.MODULE_PATH)
        for flow in FLOWS
    ]


async def main() -> None:
    """Serve until the process is stopped."""
    await aserve(*await deployments())


if __name__ == "__main__":
    if "PREFECT_API_URL" not in os.environ:
        raise SystemExit("Set PREFECT_API_URL to the API of your Prefect server; `prefect server start` starts one.")
    asyncio.run(main())
