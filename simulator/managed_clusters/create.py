"""A PUT that creates a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.create import new_pool
from simulator.errors import from_aks
from simulator.json_object import merged
from simulator.managed_clusters.change import READ_ONLY, end
from simulator.managed_clusters.defaults import default_properties
from simulator.managed_clusters.identities import (
    control_plane_of,
    kubelet_asked_for,
    kubelet_made_by_aks,
    service_principal_kubelet,
)
from simulator.managed_clusters.models import KIND, ManagedCluster
from simulator.managed_clusters.principals import register_system_assigned
from simulator.operations.start import start
from simulator.resource_id import resource_id

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool, Kubelet
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.messages import ArmRequest

_KUBERNETES_VERSION = "1.33.2"


def create(azure: Azure, request: ArmRequest) -> ManagedCluster:
    """Make the cluster; its nodes boot when the operation ends."""
    document = request.document()
    if not (document.get("properties") or {}).get("agentPoolProfiles"):
        raise from_aks(400, "InvalidParameter", "Required parameter agentPoolProfiles is missing.")
    cluster, kubelet = _from_body(azure, request, document)
    azure.clusters[cluster.key] = cluster
    replicated = azure.now + azure.world.timing.directory_replication
    register_system_assigned(azure, cluster.control_plane, found_from=replicated)
    azure.groups.ensure(cluster.subscription, cluster.node_resource_group, cluster.location)
    _begin(azure, request, cluster, kubelet)
    return cluster


def _from_body(azure: Azure, request: ArmRequest, document: JsonObject) -> tuple[ManagedCluster, Kubelet | None]:
    group = azure.require_group(request["subscription"], request["group"])
    location = str(document.get("location", group.location))
    sent: JsonObject = document["properties"]
    control_plane = control_plane_of(azure, document, None)
    defaults = default_properties(
        subscription=request["subscription"],
        group=group.name,
        name=request["name"],
        location=location,
        kubernetes_version=sent.get("kubernetesVersion") or _KUBERNETES_VERSION,
    )
    writable = {name: value for name, value in sent.items() if name not in READ_ONLY}
    cluster = ManagedCluster(
        id=resource_id(request["subscription"], group.name, KIND, request["name"]),
        name=request["name"],
        subscription=request["subscription"],
        group=group.name,
        location=location,
        control_plane=control_plane,
        kubelet_in_force=service_principal_kubelet(control_plane),
        properties=merged(defaults, writable),
        pools={pool.name.lower(): pool for pool in _pools(azure, sent, defaults["kubernetesVersion"])},
        tags=document.get("tags"),
    )
    return cluster, kubelet_asked_for(azure, document, control_plane, None)


def _pools(azure: Azure, sent: JsonObject, version: str) -> list[AgentPool]:
    return [new_pool(azure, str(body["name"]), body, version) for body in sent["agentPoolProfiles"]]


def _begin(azure: Azure, request: ArmRequest, cluster: ManagedCluster, kubelet: Kubelet | None) -> None:
    def ready() -> None:
        if cluster.control_plane.type != "ServicePrincipal":
            cluster.kubelet_in_force = kubelet or kubelet_made_by_aks(azure, cluster)

    lasts = azure.world.timing.create
    azure.timeline.at(azure.now + lasts, ready)
    cluster.operation = start(
        azure,
        cluster.new_operation("Creating", azure.now),
        lasts=lasts,
        error=request.operation_error,
        ends=lambda operation: end(azure, cluster, operation),
    )
    cluster.shows_identity_ids = False
    cluster.shown_kubelet = kubelet  # a pre-created one is shown at once (recordings)
    cluster.show("Creating")
