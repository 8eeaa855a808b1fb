"""Creates clusters."""

from prefect import task

from fleet_identity import apply
from fleet_identity.steps import CreateCluster
from tasks.retry_after import heeding_retry_after
from tasks.retry_policy import WRITES
from tasks.session import current, writer


@task(name="create-cluster", **WRITES)
async def create_clusters(steps: tuple[CreateCluster, ...]) -> None:
    """Make sure that these clusters are there."""
    for step in steps:
        async with heeding_retry_after(current().clock):
            await apply.create_cluster(step, writer(), current().clock)
