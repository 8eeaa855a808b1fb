"""Upgrades a pool to a newer Kubernetes patch, which re-images its nodes where no newer image would."""

import logging

from fleet_identity.apply.put_cluster import check_grants
from fleet_identity.apply.reimage_pool import pool_finished
from fleet_identity.errors import ClusterChangedError
from fleet_identity.gateway.protocols import AzureWriter
from fleet_identity.steps import UpgradePool

_log = logging.getLogger(__name__)


async def upgrade_pool(step: UpgradePool, azure: AzureWriter) -> None:
    """Make sure that the pool runs the version; one that does, or that is gone, is left to the next observation."""
    await check_grants(step, azure)
    cluster = await azure.cluster(step.cluster_id)
    pool = cluster.pool(step.pool)
    if pool is None or pool.kubernetes_version != step.from_version:
        return
    if not cluster.healthy:
        raise ClusterChangedError(f"The cluster is not as it was planned ({cluster.condition}).")
    _log.info(step.describe())
    operation = await azure.upgrade_pool(step.cluster_id, step.pool, step.to_version)
    if operation:
        await pool_finished(step.cluster_id, step.pool, operation, azure)
