"""Agent pools as ARM answers them (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.unshown import without_unshown
from simulator.agent_pools.versions import upgrades_of

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster


def pool_properties(pool: AgentPool) -> JsonObject:
    """The properties of a pool, which the cluster's document shows as well."""
    return {
        **without_unshown(pool.profile),
        "eTag": pool.etag,
        "provisioningState": pool.provisioning_state,
        "nodeImageVersion": pool.image,
    }


def pool_document(cluster: ManagedCluster, pool: AgentPool) -> JsonObject:
    """A pool as a resource of its own."""
    return {
        "id": f"{cluster.id}/agentPools/{pool.name}",
        "name": pool.name,
        "type": "Microsoft.ContainerService/managedClusters/agentPools",
        "properties": pool_properties(pool),
    }


def upgrade_profile(azure: Azure, cluster: ManagedCluster, pool: AgentPool) -> JsonObject:
    """What a pool could be upgraded to (sample in Azure/AKS#3005)."""
    return {
        "id": f"{cluster.id}/agentPools/{pool.name}/upgradeProfiles/default",
        "name": "default",
        "type": "Microsoft.ContainerService/managedClusters/agentPools/upgradeProfiles",
        "properties": {
            "kubernetesVersion": pool.profile.get("orchestratorVersion", ""),
            "osType": pool.profile.get("osType", "Linux"),
            "upgrades": upgrades_of(cluster, pool),
            "latestNodeImageVersion": azure.newest_image(pool.family),
        },
    }
