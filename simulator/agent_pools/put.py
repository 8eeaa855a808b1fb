"""PUT on an agent pool: somebody scales it, changes its labels and taints, or upgrades its Kubernetes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.create import create
from simulator.agent_pools.drain import roll_failure
from simulator.agent_pools.nodes import begin_roll, end_roll, resize
from simulator.agent_pools.responses import pool_document
from simulator.agent_pools.settings import apply
from simulator.agent_pools.versions import raises_version, refuse_version
from simulator.locks.models import refuse_node_roll
from simulator.log_analytics_workspaces.models import missing_workspace
from simulator.managed_clusters.refusals import refuse_busy_pool, refuse_stale, refuse_stopped
from simulator.managed_clusters.secrets import refuse_expired_secret
from simulator.messages import Answer, ArmRequest
from simulator.operations.routes import tracking_headers
from simulator.operations.start import start

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.operations.models import Operation


def put(azure: Azure, request: ArmRequest) -> Answer:
    """Change a pool; only its own eTag moves (Microsoft Learn: eTags)."""
    cluster = azure.require_cluster(request)
    pool = cluster.pools.get(request["pool"].lower())
    if pool is None:
        return create(azure, request, cluster)
    refuse_stale(request, pool.etag)
    refuse_stopped(cluster)
    refuse_busy_pool(cluster, pool)
    refuse_expired_secret(azure, cluster, cluster.control_plane)
    sent: JsonObject = request.document().get("properties") or {}
    refuse_version(cluster, pool, sent)
    kind = _kind(pool, sent)
    if kind == "Upgrading":
        refuse_node_roll(azure, cluster.node_resource_group_id)
        # an upgrade of Kubernetes brings the newest image along (Microsoft Learn: upgrade node images)
        pool.unfinished_image = azure.upgrade_target(pool)
    apply(pool, sent)
    operation = _begin(azure, request, cluster, pool, kind)
    headers = tracking_headers(request, operation, location=False)
    return Answer(body=pool_document(cluster, pool), headers=headers)


def _kind(pool: AgentPool, sent: JsonObject) -> str:
    """What a body asks for, in AKS's words."""
    if raises_version(pool, sent):
        return "Upgrading"
    return "Updating" if sent.get("count", pool.count) == pool.count else "Scaling"


def _begin(azure: Azure, request: ArmRequest, cluster: ManagedCluster, pool: AgentPool, kind: str) -> Operation:
    resumed = pool.unfinished_image
    timing = azure.world.timing
    if resumed:
        begin_roll(azure, cluster, pool, to=resumed)
    pool.operation = start(
        azure,
        cluster.new_operation(kind, azure.now),
        lasts=timing.reimage if resumed else timing.update,
        error=request.operation_error
        or missing_workspace(azure, cluster)
        or (roll_failure(azure, cluster, [pool]) if resumed else None),
        ends=lambda operation: _end(azure, cluster, pool, operation),
    )
    pool.provisioning_state = kind
    pool.touch()
    return pool.operation


def _end(azure: Azure, cluster: ManagedCluster, pool: AgentPool, operation: Operation) -> None:
    pool.operation = None
    pool.provisioning_state = operation.status
    pool.rolling = False
    pool.touch()
    if operation.status == "Succeeded" and pool.unfinished_image:
        end_roll(azure, cluster, pool, to=pool.unfinished_image)
    elif operation.status == "Succeeded":
        resize(azure, cluster, pool)
