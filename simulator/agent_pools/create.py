"""A PUT that adds an agent pool to a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.defaults import default_profile
from simulator.agent_pools.models import AgentPool
from simulator.agent_pools.nodes import resize
from simulator.agent_pools.responses import pool_document
from simulator.agent_pools.settings import apply
from simulator.errors import from_aks
from simulator.managed_clusters.refusals import refuse_busy, refuse_stale, refuse_stopped
from simulator.messages import Answer, ArmRequest
from simulator.operations.routes import tracking_headers
from simulator.operations.start import start

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.operations.models import Operation

KIND = "Creating"


def create(azure: Azure, request: ArmRequest, cluster: ManagedCluster) -> Answer:
    """Add a pool (201); its nodes boot when the operation ends, and run as what the kubelet's identity is then."""
    refuse_stale(request, None)
    refuse_stopped(cluster)
    # assumed: a new pool waits for those of the cluster, as the cluster itself does
    refuse_busy(cluster)
    pool = new_pool(azure, request["pool"], request.document().get("properties") or {}, _version(cluster))
    cluster.pools[pool.name.lower()] = pool
    operation = _begin(azure, request, cluster, pool)
    headers = tracking_headers(request, operation, location=False)
    return Answer(status=201, body=pool_document(cluster, pool), headers=headers)


def new_pool(azure: Azure, name: str, sent: JsonObject, version: str) -> AgentPool:
    """A pool without nodes, on the newest image of its system."""
    pool = AgentPool(name=name, profile=default_profile(version), image=_newest_image(azure, sent))
    apply(pool, sent)
    return pool


def _version(cluster: ManagedCluster) -> str:
    return str(cluster.properties["kubernetesVersion"])


def _newest_image(azure: Azure, sent: JsonObject) -> str:
    """Assumed: the first family of the world that is for the pool's system; AKS knows many more."""
    system = str(sent.get("osType") or "Linux")
    family = next((family for family in azure.images if ("Windows" in family) is (system == "Windows")), None)
    if family is None:
        raise from_aks(400, "InvalidParameter", f"No node image is published for osType '{system}'.")
    return azure.newest_image(family)


def _begin(azure: Azure, request: ArmRequest, cluster: ManagedCluster, pool: AgentPool) -> Operation:
    pool.operation = start(
        azure,
        cluster.new_operation(KIND, azure.now),
        lasts=azure.world.timing.create,
        error=request.operation_error,
        ends=lambda operation: _end(azure, cluster, pool, operation),
    )
    pool.provisioning_state = KIND
    pool.touch()
    return pool.operation


def _end(azure: Azure, cluster: ManagedCluster, pool: AgentPool, operation: Operation) -> None:
    pool.operation = None
    pool.provisioning_state = operation.status
    pool.touch()
    if operation.status == "Succeeded":
        resize(azure, cluster, pool)
