"""agentPools on the wire: what a pool may be upgraded to, and the upgrades that re-image its nodes."""

from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotModifiedError
from azure.mgmt.containerservice.models import AgentPool

from fleet_identity.cluster import Cluster
from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.arm.accepted import Accepted
from fleet_identity.gateway.arm.connection import SENT_ONCE, Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.gateway.protocols import Operation
from fleet_identity.node_pool import NodePool
from fleet_identity.resource_id import ResourceId
from fleet_identity.versions import is_patch_of, parsed


async def newest_image(connection: Connection, cluster: Cluster, pool: NodePool) -> str | None:
    """Tell the newest node image that Azure offers for a pool."""
    return (await _profile(connection, cluster.id, pool.name)).get("latestNodeImageVersion")


async def newest_patch(connection: Connection, cluster: Cluster, pool: NodePool) -> str | None:
    """Tell the newest Kubernetes version that Azure offers a pool: same minor, not above the control plane."""
    profile = await _profile(connection, cluster.id, pool.name)
    offered = [str(upgrade.get("kubernetesVersion") or "") for upgrade in profile.get("upgrades") or ()]
    fit = [
        version
        for version in offered
        if is_patch_of(version, pool.kubernetes_version) and parsed(version) <= parsed(cluster.kubernetes_version)
    ]
    return max(fit, key=parsed, default=None)


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
                **SENT_ONCE,
            )
        except ResourceNotModifiedError:
            return None
    return accepted.operation


async def upgrade(connection: Connection, cluster_id: ResourceId, pool: str, version: str) -> Operation | None:
    """Read a pool and PUT it back under its eTag with another Kubernetes version."""
    accepted = Accepted()
    pools = connection.aks(cluster_id.subscription).agent_pools
    with translated(cluster_id, f"upgrade pool {pool} of cluster {cluster_id.name} to Kubernetes {version}"):
        body = await pools.get(cluster_id.resource_group, cluster_id.name, pool)
        etag = _etag(body, pool)
        body["properties"]["orchestratorVersion"] = version
        body["properties"].pop("nodeImageVersion", None)
        await pools.begin_create_or_update(
            cluster_id.resource_group,
            cluster_id.name,
            pool,
            body,
            etag=etag,
            match_condition=MatchConditions.IfNotModified,
            polling=False,
            raw_response_hook=accepted.note,
            **SENT_ONCE,
        )
    return accepted.operation


def _etag(body: AgentPool, pool: str) -> str:
    """Without one the SDK sends no If-Match, and somebody's change could be taken back."""
    etag = body["properties"].get("eTag")
    if not etag:
        raise NeedsHumanError(f"Azure shows no eTag of pool {pool}, so it is not changed: upgrade it by hand.")
    return etag


async def _profile(connection: Connection, cluster_id: ResourceId, pool: str) -> dict[str, Any]:
    pools = connection.aks(cluster_id.subscription).agent_pools
    with translated(cluster_id, f"read the upgrades of pool {pool} of cluster {cluster_id.name}"):
        profile = await pools.get_upgrade_profile(cluster_id.resource_group, cluster_id.name, pool)
    return profile["properties"]
