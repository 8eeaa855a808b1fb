"""Re-images a pool by upgrading its node image, so that its kubelets leave the service principal."""

import logging

from fleet_identity.apply.put_cluster import check_grants
from fleet_identity.cluster import Cluster
from fleet_identity.errors import ClusterChangedError
from fleet_identity.gateway.protocols import AzureReader, AzureWriter, Operation
from fleet_identity.node_image import is_newer
from fleet_identity.node_pool import NodePool
from fleet_identity.resource_id import ResourceId
from fleet_identity.steps import ReimagePool

_log = logging.getLogger(__name__)


async def reimage_pool(step: ReimagePool, azure: AzureWriter) -> None:
    """Make sure that the pool has rolled; one that has, or that can't now, is left to the next observation."""
    await check_grants(step, azure)
    # nothing may come between this look and the call: another run may begin the same roll
    if not await _still_to_do(step, azure):
        return
    _log.info(step.describe())
    operation = await azure.upgrade_node_image(step.cluster_id, step.pool)
    if operation:
        await pool_finished(step.cluster_id, step.pool, operation, azure)


async def _still_to_do(step: ReimagePool, azure: AzureWriter) -> bool:
    cluster = await azure.cluster(step.cluster_id)
    pool = cluster.pool(step.pool)
    if pool is None or pool.image != step.from_image:
        return False
    if not cluster.healthy:
        raise ClusterChangedError(f"The cluster is not as it was planned ({cluster.condition}).")
    newest = await azure.newest_image(cluster, pool)
    return newest is not None and is_newer(newest, pool.image)


async def pool_finished(cluster_id: ResourceId, pool: str, operation: Operation, azure: AzureReader) -> None:
    """Watch a pool to the end of its operation; raise why it failed, if it did."""
    after = await azure.until(cluster_id, lambda cluster: _pool_at_rest(cluster, pool))
    if _state(after.pool(pool)) != "Succeeded" and (failure := await azure.failure(operation)):
        raise failure


def _pool_at_rest(cluster: Cluster, name: str) -> bool:
    pool = cluster.pool(name)
    return pool is None or pool.idle


def _state(pool: NodePool | None) -> str:
    return pool.provisioning_state if pool else "Succeeded"
