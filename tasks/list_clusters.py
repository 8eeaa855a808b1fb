"""Finds the members of a fleet."""

from prefect import task

from fleet_identity.resource_id import ResourceId
from tasks.retry_policy import READS
from tasks.session import reader


@task(name="list-clusters", **READS)
async def list_clusters(subscription: str) -> tuple[ResourceId, ...]:
    """List the ids of all clusters in a subscription."""
    return tuple(cluster.id for cluster in await reader().clusters(subscription))
