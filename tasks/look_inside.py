"""Looks into a cluster: a command that ARM runs in a pod, so a write, and only where the target says so."""

import logging

from prefect import task

from fleet_identity.errors import FleetIdentityError
from fleet_identity.inside import Inside
from fleet_identity.resource_id import ResourceId
from tasks.retry_policy import READS
from tasks.session import writer

_log = logging.getLogger(__name__)


@task(name="look-inside", **READS)
async def look_inside(cluster_id: ResourceId) -> Inside | None:
    """Read nodes and budgets; None where the cluster can't be looked into, which no migration depends on."""
    cluster = await writer().cluster(cluster_id)
    if cluster.power_state != "Running" or not cluster.run_command or not cluster.idle:
        return None
    try:
        return await writer().look_inside(cluster_id)
    except FleetIdentityError as error:
        _log.warning("%s", error)
        return None
