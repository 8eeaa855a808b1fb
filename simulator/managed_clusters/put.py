"""PUT on a cluster: create it, or replace what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.drain import roll_failure
from simulator.incidents.lost_updates import judge_lost_updates
from simulator.locks.models import refuse_node_roll
from simulator.log_analytics_workspaces.models import missing_workspace
from simulator.managed_clusters.change import apply, begin
from simulator.managed_clusters.create import create
from simulator.managed_clusters.identities import control_plane_of, kubelet_asked_for
from simulator.managed_clusters.preconditions import refuse_unmet
from simulator.managed_clusters.races import refuse_race
from simulator.managed_clusters.refusals import refuse_busy, refuse_stale, refuse_stopped
from simulator.managed_clusters.responses import cluster_document
from simulator.managed_clusters.rolls import rolls_of
from simulator.messages import Answer, ArmRequest
from simulator.operations.routes import tracking_headers

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster


def put(azure: Azure, request: ArmRequest) -> Answer:
    """Create (201) or update (200) a cluster; both go on as an operation."""
    cluster = azure.find_cluster(request)
    status = 200 if cluster else 201
    if cluster is None:
        refuse_stale(request, None)
        cluster = create(azure, request)
    else:
        update(azure, request, cluster)
    if cluster.operation is None:
        raise AssertionError(cluster)
    headers = tracking_headers(request, cluster.operation, location=False)
    return Answer(status=status, body=cluster_document(cluster, azure.world.tenant), headers=headers)


def update(azure: Azure, request: ArmRequest, cluster: ManagedCluster) -> None:
    """Refuse, or take the body over and begin the operation.

    Assumed: the eTag is compared first, for the front end does that; then come the cluster's own states.
    """
    refuse_stale(request, cluster.etag)
    refuse_stopped(cluster)
    refuse_race(azure, cluster)
    refuse_busy(cluster)
    document = request.document()
    control_plane = control_plane_of(azure, document, cluster.control_plane)
    kubelet = kubelet_asked_for(azure, document, control_plane, cluster)
    rolls = rolls_of(azure, cluster, document, control_plane, kubelet)
    refuse_unmet(azure, cluster, document, control_plane, rolls=bool(rolls))
    if rolls:
        refuse_node_roll(azure, cluster.node_resource_group_id)
    judge_lost_updates(azure, cluster, document)
    apply(azure, cluster, document, control_plane)
    error = request.operation_error or missing_workspace(azure, cluster)
    error = error or roll_failure(azure, cluster, [cluster.pools[name] for name in rolls])
    begin(azure, cluster, kubelet=kubelet, rolls=rolls, error=error)
