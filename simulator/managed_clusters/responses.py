"""Clusters as ARM answers them (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.responses import pool_properties
from simulator.managed_clusters.addons import addon_profiles, ingress_profile

if TYPE_CHECKING:
    from simulator.agent_pools.models import Kubelet
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster


_RETIRED = frozenset({"dockerBridgeCidr"})
"""Settings that are taken and not shown since API versions without them (recordings of 2022)."""


def cluster_document(cluster: ManagedCluster, tenant: str) -> JsonObject:
    """A cluster; no member of it tells what the nodes' kubelets run as."""
    document: JsonObject = {
        "id": cluster.id,
        "location": cluster.location,
        "name": cluster.name,
        "type": "Microsoft.ContainerService/ManagedClusters",
        "eTag": cluster.etag,
        "properties": _properties(cluster),
        "sku": cluster.sku,
    }
    if cluster.tags is not None:
        document["tags"] = cluster.tags
    if cluster.control_plane.type != "ServicePrincipal":
        document["identity"] = _identity(cluster, tenant)
    return document


def _properties(cluster: ManagedCluster) -> JsonObject:
    is_managed = cluster.control_plane.type != "ServicePrincipal"
    properties = {
        **_settings(cluster),
        "provisioningState": cluster.provisioning_state,
        "powerState": {"code": cluster.power},
        "agentPoolProfiles": [{"name": pool.name, **pool_properties(pool)} for pool in cluster.pools.values()],
        # "msi" stands there as soon as the PUT is accepted, while nodes still run on the service principal
        "servicePrincipalProfile": {"clientId": "msi" if is_managed else cluster.control_plane.client_id},
    }
    if cluster.properties.get("addonProfiles"):
        properties["addonProfiles"] = addon_profiles(cluster)
    if (cluster.properties.get("ingressProfile") or {}).get("webAppRouting"):
        properties["ingressProfile"] = ingress_profile(cluster)
    if cluster.shown_kubelet:
        properties["identityProfile"] = {"kubeletidentity": _kubelet(cluster.shown_kubelet)}
    return properties


def _settings(cluster: ManagedCluster) -> JsonObject:
    """What is set, as ARM shows it (recordings)."""
    shown = {name: value for name, value in cluster.properties.items() if value or name != "addonProfiles"}
    shown["networkProfile"] = {n: v for n, v in shown["networkProfile"].items() if n not in _RETIRED}
    balancer = shown["networkProfile"].get("loadBalancerProfile")
    if balancer and cluster.provisioning_state == "Creating":
        # its outbound addresses are not there yet
        made = {name: value for name, value in balancer.items() if name != "effectiveOutboundIPs"}
        shown["networkProfile"]["loadBalancerProfile"] = made
    return shown


def _kubelet(kubelet: Kubelet) -> JsonObject:
    return {
        "resourceId": kubelet.resource_id,
        "clientId": kubelet.client_id,
        "objectId": kubelet.principal_id,
    }


def _identity(cluster: ManagedCluster, tenant: str) -> JsonObject:
    identity = cluster.control_plane
    if identity.type == "SystemAssigned":
        return {"type": "SystemAssigned", "principalId": identity.principal_id, "tenantId": tenant}
    ids = {"clientId": identity.client_id, "principalId": identity.principal_id}
    if cluster.provisioning_state == "Creating":
        del ids["clientId"]  # recordings: while a cluster is being made, its identity is shown without it
    shown = ids if cluster.shows_identity_ids or cluster.provisioning_state == "Creating" else {}
    return {"type": "UserAssigned", "userAssignedIdentities": {str(identity.resource_id): shown}}
