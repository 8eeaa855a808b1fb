"""NetworkUnauthorized: the control plane may not use a part of the network that its cluster is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.incidents.control_plane import control_plane_of
from simulator.incidents.unauthorized import Need, unauthorized
from simulator.resource_id import is_within, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.azure import Azure
    from simulator.incidents.ledger import Finding
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

_SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
_ROUTE_TABLE = "Microsoft.Network/routeTables/write"
_NAT_GATEWAY = "Microsoft.Network/natGateways/join/action"
_PUBLIC_IP = "Microsoft.Network/publicIPAddresses/join/action"
_PREFIX = "Microsoft.Network/publicIPPrefixes/join/action"
"""What the control plane does with each. Source: Microsoft Learn, AKS service permissions and API Server VNet
Integration; that it joins the NAT gateway is assumed."""


def unauthorized_networks(azure: Azure, cluster: ManagedCluster) -> Iterator[Finding]:
    """The network resources that the control plane's identity in force may not use now."""
    if cluster.power == "Stopped":
        return
    needs = [Need(resource=resource, action=action) for resource, action in _used(azure, cluster).items()]
    yield from unauthorized(azure, "NetworkUnauthorized", control_plane_of(cluster), needs)


def _used(azure: Azure, cluster: ManagedCluster) -> dict[str, str]:
    """What the cluster uses outside its node resource group, and what it must be permitted there."""
    subnets = _of_pools(cluster, "vnetSubnetID", "podSubnetID")
    known = [azure.subnets[key(subnet)] for subnet in subnets if key(subnet) in azure.subnets]
    used = dict.fromkeys(subnets, _SUBNET)
    if own := (cluster.properties.get("apiServerAccessProfile") or {}).get("subnetId"):
        used[str(own)] = _SUBNET
    used |= {subnet.route_table: _ROUTE_TABLE for subnet in known if subnet.route_table}
    used |= {subnet.nat_gateway: _NAT_GATEWAY for subnet in known if subnet.nat_gateway}
    used |= dict.fromkeys(_outbound(cluster.properties, "outboundIPs", "publicIPs"), _PUBLIC_IP)
    prefixes = _outbound(cluster.properties, "outboundIPPrefixes", "publicIPPrefixes")
    used |= dict.fromkeys((*prefixes, *_of_pools(cluster, "nodePublicIPPrefixID")), _PREFIX)
    group = cluster.node_resource_group_id
    return {resource: action for resource, action in used.items() if not is_within(resource, group)}


def _of_pools(cluster: ManagedCluster, *settings: str) -> list[str]:
    return [
        str(pool.profile[setting])
        for pool in cluster.pools.values()
        for setting in settings
        if pool.profile.get(setting)
    ]


def _outbound(properties: JsonObject, profile: str, addresses: str) -> list[str]:
    network: JsonObject = properties.get("networkProfile") or {}
    outbound: JsonObject = (network.get("loadBalancerProfile") or {}).get(profile) or {}
    return [str(address["id"]) for address in outbound.get(addresses) or ()]
