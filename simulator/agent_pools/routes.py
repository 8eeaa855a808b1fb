"""Microsoft.ContainerService/managedClusters/agentPools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.put import put
from simulator.agent_pools.responses import pool_document, upgrade_profile
from simulator.agent_pools.upgrade_node_image import upgrade
from simulator.managed_clusters.models import KIND
from simulator.messages import Answer, ArmRequest, listed
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def list_pools(azure: Azure, request: ArmRequest) -> Answer:
    """The pools of a cluster."""
    cluster = azure.require_cluster(request)
    return listed([pool_document(cluster, pool) for pool in cluster.pools.values()])


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One pool."""
    cluster = azure.require_cluster(request)
    return Answer(body=pool_document(cluster, cluster.require_pool(request["pool"])))


def get_upgrade_profile(azure: Azure, request: ArmRequest) -> Answer:
    """What a pool could be upgraded to."""
    cluster = azure.require_cluster(request)
    return Answer(body=upgrade_profile(azure, cluster, cluster.require_pool(request["pool"])))


_CLUSTER = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + KIND + "/{name}"
_POOL = _CLUSTER + "/agentPools/{pool}"

ROUTES = (
    route("GET", _CLUSTER + "/agentPools", list_pools),
    route("GET", _POOL, get),
    route("PUT", _POOL, put),
    route("GET", _POOL + "/upgradeProfiles/default", get_upgrade_profile),
    route("POST", _POOL + "/upgradeNodeImageVersion", upgrade),
)
