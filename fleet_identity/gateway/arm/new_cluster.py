"""A new cluster as ARM wants it: what was said of it and its identities; the rest is AKS's defaults."""

from typing import Any

from fleet_identity.cluster import ManagedIdentity, UserAssigned
from fleet_identity.gateway.protocols import Identities
from fleet_identity.new_cluster import NewCluster, NewPool
from fleet_identity.resource_id import ResourceId


def body_of(cluster: NewCluster, identities: Identities) -> dict[str, Any]:
    """Write the body of the PUT that creates a cluster."""
    own = dict(tag.split("=", 1) for tag in cluster.tags)
    return {
        "location": cluster.location,
        "tags": {**own, **identities.tags},
        "sku": {"name": "Base", "tier": "Standard"},
        "identity": identity_of(identities.control_plane),
        "properties": {
            "dnsPrefix": cluster.cluster_id.name,
            **({"kubernetesVersion": cluster.kubernetes_version} if cluster.kubernetes_version else {}),
            "agentPoolProfiles": [_pool(pool) for pool in cluster.pools],
            "networkProfile": _network(cluster),
            "enableRBAC": True,
            **({"identityProfile": kubelet_of(identities.kubelet_id)} if identities.kubelet_id else {}),
        },
    }


def identity_of(identity: ManagedIdentity | None) -> dict[str, Any]:
    """Write a control-plane identity as a PUT names it."""
    if isinstance(identity, UserAssigned):
        return {"type": "UserAssigned", "userAssignedIdentities": {identity.identity_id.text: {}}}
    return {"type": "SystemAssigned"}


def kubelet_of(kubelet_id: ResourceId) -> dict[str, Any]:
    """Write a pre-created kubelet identity as a PUT names it; AKS fills in the other ids (Azure CLI's source)."""
    return {"kubeletidentity": {"resourceId": kubelet_id.text}}


def _pool(pool: NewPool) -> dict[str, Any]:
    return {
        "name": pool.name,
        "mode": pool.mode,
        "count": pool.count,
        "vmSize": pool.vm_size,
        "osType": "Linux",
        "type": "VirtualMachineScaleSets",
        **({"vnetSubnetID": pool.subnet} if pool.subnet else {}),
    }


def _network(cluster: NewCluster) -> dict[str, Any]:
    """Azure CNI where there is a subnet of the customer's, so that pods need no route table of AKS's making."""
    plugin = (
        {"networkPlugin": "azure"} if cluster.subnets else {"networkPlugin": "azure", "networkPluginMode": "overlay"}
    )
    return {
        **plugin,
        "outboundType": cluster.outbound,
        "serviceCidr": cluster.service_cidr,
        "dnsServiceIP": cluster.dns_service_ip,
        "loadBalancerSku": "standard",
    }
