"""What AKS fills in where nobody says otherwise (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.resource_id import group_id

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.world.network import Network


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


def network_profile_with(network: Network, *, profile: JsonObject) -> JsonObject:
    """The network profile of a cluster with its own outbound IPs, user-defined routing or a NAT gateway."""
    made_by_aks: JsonObject = profile["loadBalancerProfile"]
    if network.route_table or network.nat_gateway:
        without = {name: value for name, value in profile.items() if name != "loadBalancerProfile"}
        outbound = "userAssignedNATGateway" if network.nat_gateway else "userDefinedRouting"
        profile = {**without, "outboundType": outbound}
    if network.outbound_public_ips or network.outbound_ip_prefixes:
        profile = {**profile, "loadBalancerProfile": _own_balancer(network, made_by_aks)}
    return profile


def _own_balancer(network: Network, made_by_aks: JsonObject) -> JsonObject:
    """A load balancer with the customer's own addresses, or with ones that AKS takes out of the customer's prefixes."""
    ips = [{"id": public_ip} for public_ip in network.outbound_public_ips]
    prefixes = [{"id": prefix} for prefix in network.outbound_ip_prefixes]
    own: JsonObject = {"effectiveOutboundIPs": ips or made_by_aks["effectiveOutboundIPs"]}
    if ips:
        own["outboundIPs"] = {"publicIPs": ips}
    if prefixes:
        own["outboundIPPrefixes"] = {"publicIPPrefixes": prefixes}
    return own
