"""upgradeNodeImageVersion: re-image a pool to the newest node image of its family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.drain import roll_failure
from simulator.agent_pools.nodes import begin_roll, end_roll
from simulator.agent_pools.responses import pool_document
from simulator.errors import from_aks
from simulator.locks.models import refuse_node_roll
from simulator.log_analytics_workspaces.models import missing_workspace
from simulator.managed_clusters.refusals import refuse_busy_pool, refuse_stopped
from simulator.managed_clusters.secrets import refuse_expired_secret
from simulator.messages import Answer, ArmRequest
from simulator.operations.routes import tracking_headers
from simulator.operations.start import start

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.operations.models import Operation

KIND = "UpgradingNodeImageVersion"


def upgrade(azure: Azure, request: ArmRequest) -> Answer:
    """Accept (202) an upgrade; nothing is re-imaged on a pool that already has the newest image."""
    cluster = azure.require_cluster(request)
    pool = cluster.require_pool(request["pool"])
    refuse_stopped(cluster)
    refuse_busy_pool(cluster, pool)
    refuse_expired_secret(azure, cluster, cluster.control_plane)
    _refuse_availability_set(pool)
    refuse_node_roll(azure, cluster.node_resource_group_id)
    newest = azure.upgrade_target(pool)
    if pool.image == newest and azure.world.behaviour.newest_image_answer == "not_modified":
        return Answer(status=304)
    operation = _begin(azure, request, cluster, pool, newest)
    headers = tracking_headers(request, operation, location=True)
    return Answer(status=202, body=pool_document(cluster, pool), headers=headers)


def _refuse_availability_set(pool: AgentPool) -> None:
    """Nodes of an availability set are replaced by scaling or by an upgrade of Kubernetes (Azure/AKS#3415).

    Code and text are assumed from those for pools of machines (Azure CLI 2.91.0).
    """
    if pool.is_availability_set:
        message = "Upgrading node image version on availability set agent pool is not allowed."
        raise from_aks(400, "OperationNotAllowed", message)


def _begin(azure: Azure, request: ArmRequest, cluster: ManagedCluster, pool: AgentPool, newest: str) -> Operation:
    """Only the pool's state and eTag change, not the cluster's (recordings; Microsoft Learn: eTags)."""
    rolls = pool.image != newest
    if rolls:
        begin_roll(azure, cluster, pool, to=newest)
    pool.operation = start(
        azure,
        cluster.new_operation(KIND, azure.now),
        # assumed: the recorded no-op takes about as long as an update
        lasts=azure.world.timing.reimage if rolls else azure.world.timing.update,
        error=request.operation_error
        or missing_workspace(azure, cluster)
        or (roll_failure(azure, cluster, [pool]) if rolls else None),
        ends=lambda operation: _end(azure, cluster, pool, operation, newest if rolls else None),
    )
    pool.provisioning_state = KIND
    pool.touch()
    return pool.operation


def _end(azure: Azure, cluster: ManagedCluster, pool: AgentPool, operation: Operation, image: str | None) -> None:
    pool.operation = None
    pool.provisioning_state = operation.status
    pool.touch()
    if image is None:
        return
    if operation.status == "Succeeded":
        end_roll(azure, cluster, pool, to=image)
    else:
        # Assumed: no node has been replaced. "Any subsequent PUT resumes" (Microsoft Learn: drain failures).
        pool.rolling, pool.unfinished_image = False, image
