"""DELETE on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.managed_clusters.principals import forget_system_assigned
from simulator.managed_clusters.refusals import refuse_busy, refuse_stale
from simulator.messages import Answer, ArmRequest
from simulator.operations.routes import tracking_headers
from simulator.operations.start import start

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.operations.models import Operation


def delete(azure: Azure, request: ArmRequest) -> Answer:
    """Accept (202, without a body; recordings); 204 where there is none (Azure SDK: begin_delete)."""
    cluster = azure.find_cluster(request)
    if cluster is None:
        return Answer(status=204)
    refuse_stale(request, cluster.etag)
    refuse_busy(cluster)
    cluster.operation = start(
        azure,
        cluster.new_operation("Deleting", azure.now),
        # assumed: it takes as long as an update
        lasts=azure.world.timing.update,
        error=request.operation_error,
        ends=lambda operation: _end(azure, cluster, operation),
    )
    cluster.show("Deleting")
    return Answer(status=202, headers=tracking_headers(request, cluster.operation, location=True))


def _end(azure: Azure, cluster: ManagedCluster, operation: Operation) -> None:
    """The cluster goes, and with it the identities that AKS made for it; role assignments stay, as in Azure."""
    cluster.operation = None
    if operation.status != "Succeeded":
        cluster.show(operation.status)
        return
    inside = f"{cluster.node_resource_group_id}/".lower()
    for key, identity in list(azure.identities.items()):
        if key.startswith(inside):
            del azure.identities[key]
            azure.directory.remove(identity.principal_id)
    forget_system_assigned(azure, cluster.control_plane)
    azure.clusters.pop(cluster.key, None)
