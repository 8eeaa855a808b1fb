"""What AKS fills in where nobody says otherwise (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.resource_id import group_id

if TYPE_CHECKING:
    from simulator.json_object import JsonObject


def default_properties(
    *, subscription: str, group: str, name: str, location: str, kubernetes_version: str
) -> JsonObject:
    """The properties of a plain cluster with a load balancer."""
    uid = derived_guid("cluster", subscription, group, name)
    dns = f"{name}-{group}-{subscription[:6]}".lower()
    node_group = f"MC_{group}_{name}_{location}"
    return {
        "kubernetesVersion": kubernetes_version,
        "currentKubernetesVersion": kubernetes_version,
        "dnsPrefix": dns,
        "fqdn": f"{dns}-{uid[:8]}.hcp.{location}.azmk8s.io",
        "azurePortalFQDN": f"{dns}-{uid[:8]}.portal.hcp.{location}.azmk8s.io",
        "nodeResourceGroup": node_group,
        "enableRBAC": True,
        "supportPlan": "KubernetesOfficial",
        "networkProfile": _network_profile(group_id(subscription, node_group), uid),
        "maxAgentPools": 100,
        "disableLocalAccounts": False,
        "securityProfile": {},
        "storageProfile": {
            "diskCSIDriver": {"enabled": True},
            "fileCSIDriver": {"enabled": True},
            "snapshotController": {"enabled": True},
        },
        "oidcIssuerProfile": {"enabled": False},
        "workloadAutoScalerProfile": {},
        "resourceUID": uid.replace("-", "")[:24],
    }


def _network_profile(node_group_id: str, uid: str) -> JsonObject:
    ip = f"{node_group_id}/providers/Microsoft.Network/publicIPAddresses/{uid}"
    return {
        "networkPlugin": "azure",
        "loadBalancerSku": "standard",
        "loadBalancerProfile": {"managedOutboundIPs": {"count": 1}, "effectiveOutboundIPs": [{"id": ip}]},
        "podCidr": "10.244.0.0/16",
        "serviceCidr": "10.0.0.0/16",
        "dnsServiceIP": "10.0.0.10",
        "outboundType": "loadBalancer",
        "podCidrs": ["10.244.0.0/16"],
        "serviceCidrs": ["10.0.0.0/16"],
        "ipFamilies": ["IPv4"],
    }


def network_profile_with(public_ips: list[str], *, routed: bool, profile: JsonObject) -> JsonObject:
    """The network profile of a cluster with its own outbound IPs, or with user-defined routing."""
    if routed:
        without = {name: value for name, value in profile.items() if name != "loadBalancerProfile"}
        profile = {**without, "outboundType": "userDefinedRouting"}
    if public_ips:
        own = [{"id": public_ip} for public_ip in public_ips]
        balancer = {"outboundIPs": {"publicIPs": own}, "effectiveOutboundIPs": own}
        profile = {**profile, "loadBalancerProfile": balancer}
    return profile
