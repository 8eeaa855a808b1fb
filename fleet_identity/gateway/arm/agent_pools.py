"""agentPools on the wire: the newest image for a pool, and the upgrade that re-images its nodes."""

from azure.core.exceptions import ResourceNotModifiedError

from fleet_identity.gateway.arm.accepted import Accepted
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.gateway.protocols import Operation
from fleet_identity.resource_id import ResourceId


async def newest_image(connection: Connection, cluster_id: ResourceId, pool: str) -> str | None:
    """Tell the newest node image that Azure offers for a pool."""
    pools = connection.aks(cluster_id.subscription).agent_pools
    with translated(cluster_id, f"read the newest image of pool {pool} of cluster {cluster_id.name}"):
        profile = await pools.get_upgrade_profile(cluster_id.resource_group, cluster_id.name, pool)
    return profile["properties"].get("latestNodeImageVersion")


async def upgrade_node_image(connection: Connection, cluster_id: ResourceId, pool: str) -> Operation | None:
    """Start to re-image a pool; None where Azure answers 304, which it may for a pool on the newest image.

    Source of the 304: Azure/azure-cli#25809.
    """
    accepted = Accepted()
    pools = connection.aks(cluster_id.subscription).agent_pools
    with translated(cluster_id, f"upgrade the node image of pool {pool} of cluster {cluster_id.name}"):
        try:
            await pools.begin_upgrade_node_image_version(
                cluster_id.resource_group,
                cluster_id.name,
                pool,
                polling=False,
                raw_response_hook=accepted.note,
            )
        except ResourceNotModifiedError:
            return None
    return accepted.operation
