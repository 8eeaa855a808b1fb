"""Microsoft.ContainerService/managedClusters."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from simulator.errors import from_arm
from simulator.managed_clusters.delete import delete
from simulator.managed_clusters.models import KIND
from simulator.managed_clusters.put import put
from simulator.managed_clusters.responses import cluster_document
from simulator.messages import Answer, ArmRequest, listed
from simulator.resource_id import group_id, is_within
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One cluster."""
    return Answer(body=cluster_document(azure.require_cluster(request), azure.world.tenant))


def list_in_subscription(azure: Azure, request: ArmRequest) -> Answer:
    """The clusters of a subscription, a page at a time."""
    return _page(azure, request, f"/subscriptions/{azure.require_subscription(request['subscription']).id}")


def list_in_group(azure: Azure, request: ArmRequest) -> Answer:
    """The clusters of a resource group, a page at a time."""
    group = azure.require_group(request["subscription"], request["group"])
    return _page(azure, request, group_id(request["subscription"], group.name))


def _page(azure: Azure, request: ArmRequest, scope: str) -> Answer:
    clusters = [cluster for cluster in azure.clusters.values() if is_within(cluster.id, scope)]
    start, size = _skipped(request), azure.world.behaviour.page_size
    shown = [cluster_document(cluster, azure.world.tenant) for cluster in clusters[start : start + size]]
    more = start + size < len(clusters)
    return listed(shown, _next_link(request, start + size) if more else None)


def _skipped(request: ArmRequest) -> int:
    token = request.query.get("$skipToken", "0")
    if not token.isdigit():
        raise from_arm(400, "InvalidSkipToken", f"The skip token '{token}' is invalid.")
    return int(token)


def _next_link(request: ArmRequest, skip: int) -> str:
    """The link carries the token in both spellings (recordings of Azure CLI test traffic)."""
    query = {"$skipToken": skip, "api-version": request.query.get("api-version", ""), "skipToken": skip}
    return f"{request.base}{request.path}?{urlencode(query)}"


_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + KIND

ROUTES = (
    route("GET", "/subscriptions/{subscription}/providers/" + KIND, list_in_subscription),
    route("GET", _GROUP, list_in_group),
    route("GET", _GROUP + "/{name}", get),
    route("PUT", _GROUP + "/{name}", put),
    route("DELETE", _GROUP + "/{name}", delete),
)
