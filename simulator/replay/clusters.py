"""A cluster that a recording finds, from the first document that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.agent_pools.defaults import default_profile
from simulator.agent_pools.models import AgentPool, Kubelet
from simulator.agent_pools.nodes import resize
from simulator.guid import derived_guid
from simulator.managed_clusters.defaults import default_properties
from simulator.managed_clusters.identities import kubelet_made_by_aks, service_principal_kubelet
from simulator.managed_clusters.models import ControlPlane, ManagedCluster
from simulator.resource_id import group_of, key, name_of, subscription_of

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject

_DERIVED = frozenset(
    {"provisioningState", "powerState", "agentPoolProfiles", "servicePrincipalProfile", "identityProfile"}
)
_OF_POOL = frozenset({"name", "eTag", "provisioningState", "nodeImageVersion"})


def add_cluster(azure: Azure, document: JsonObject) -> None:
    """A cluster as it was read; it is taken to be at rest."""
    cluster_id, properties = str(document["id"]), document.get("properties") or {}
    control_plane = _control_plane(azure, document, properties)
    subscription, group = str(subscription_of(cluster_id)), str(group_of(cluster_id))
    location = str(document.get("location", "westeurope"))
    version = str(properties.get("kubernetesVersion") or "1.33.2")
    defaults = default_properties(
        subscription=subscription, group=group, name=name_of(cluster_id), location=location, kubernetes_version=version
    )
    kept = {name: value for name, value in properties.items() if name not in _DERIVED}
    cluster = ManagedCluster(
        id=cluster_id,
        name=name_of(cluster_id),
        subscription=subscription,
        group=group,
        location=location,
        control_plane=control_plane,
        kubelet_in_force=service_principal_kubelet(control_plane),
        properties={**defaults, **kept},
        tags=document.get("tags"),
        power="Stopped" if (properties.get("powerState") or {}).get("code") == "Stopped" else "Running",
    )
    azure.clusters[cluster.key] = cluster
    azure.groups.ensure(subscription, cluster.node_resource_group, location)
    _run_as(azure, cluster, properties)
    _add_pools(azure, cluster, properties, version)


def _run_as(azure: Azure, cluster: ManagedCluster, properties: JsonObject) -> None:
    if cluster.control_plane.type == "ServicePrincipal":
        return
    shown = (properties.get("identityProfile") or {}).get("kubeletidentity") or {}
    own = str(shown.get("resourceId") or "")
    known = azure.identities.get(key(own)) if own else None
    cluster.kubelet_in_force = (
        Kubelet(client_id=known.client_id, principal_id=known.principal_id, name=known.name, resource_id=known.id)
        if known
        else kubelet_made_by_aks(azure, cluster)
    )
    cluster.shown_kubelet = cluster.kubelet_in_force


def _add_pools(azure: Azure, cluster: ManagedCluster, properties: JsonObject, version: str) -> None:
    for shown in properties.get("agentPoolProfiles") or ():
        image = str(shown.get("nodeImageVersion") or azure.newest_image(next(iter(azure.images))))
        profile = {name: value for name, value in shown.items() if name not in _OF_POOL}
        pool = AgentPool(name=str(shown.get("name")), profile={**default_profile(version), **profile}, image=image)
        cluster.pools[pool.name.lower()] = pool
        resize(azure, cluster, pool)


def _control_plane(azure: Azure, document: JsonObject, properties: JsonObject) -> ControlPlane:
    identity: JsonObject = document.get("identity") or {}
    client = str((properties.get("servicePrincipalProfile") or {}).get("clientId") or "msi")
    match str(identity.get("type", "")).lower():
        case "userassigned":
            return _user_assigned(azure, str(next(iter(identity.get("userAssignedIdentities") or {}), "")))
        case "systemassigned":
            ids = (derived_guid(str(document["id"]), "client"), str(identity.get("principalId")))
            return ControlPlane(type="SystemAssigned", name="", client_id=ids[0], principal_id=ids[1])
        case _:
            found = azure.directory.with_client_id(client)
            object_id = found.object_id if found else derived_guid(client, "object")
            return ControlPlane(type="ServicePrincipal", name=client, client_id=client, principal_id=object_id)


def _user_assigned(azure: Azure, identity_id: str) -> ControlPlane:
    known: Any = azure.identities.get(key(identity_id))
    return ControlPlane(
        type="UserAssigned",
        name=name_of(identity_id),
        client_id=known.client_id if known else derived_guid(identity_id, "client"),
        principal_id=known.principal_id if known else derived_guid(identity_id, "principal"),
        resource_id=identity_id,
    )
