"""Microsoft.ContainerService/managedClusters/maintenanceConfigurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_aks
from simulator.maintenance.responses import maintenance_document
from simulator.managed_clusters.models import KIND
from simulator.messages import Answer, ArmRequest, listed
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def list_configurations(azure: Azure, request: ArmRequest) -> Answer:
    """The windows of a cluster."""
    cluster = azure.require_cluster(request)
    windows = azure.maintenance_windows.get(cluster.key, ())
    return listed([maintenance_document(cluster, window, azure.began) for window in windows])


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One window; what AKS says where there is none is assumed."""
    cluster = azure.require_cluster(request)
    for window in azure.maintenance_windows.get(cluster.key, ()):
        if window.name.lower() == request["window"].lower():
            return Answer(body=maintenance_document(cluster, window, azure.began))
    raise from_aks(404, "NotFound", f"Could not find the maintenance configuration {request['window']}.")


_CLUSTER = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + KIND + "/{name}"

ROUTES = (
    route("GET", _CLUSTER + "/maintenanceConfigurations", list_configurations),
    route("GET", _CLUSTER + "/maintenanceConfigurations/{window}", get),
)
