"""NetworkUnauthorized: the control plane may not use a subnet, route table or public IP of its cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.clock import timestamp
from simulator.incidents.ledger import Finding
from simulator.resource_id import is_within, key
from simulator.role_assignments.rights import effective_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

_SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
_ROUTE_TABLE = "Microsoft.Network/routeTables/write"
_PUBLIC_IP = "Microsoft.Network/publicIPAddresses/join/action"
"""What the control plane does with each. Source: Microsoft Learn, AKS service permissions."""


def unauthorized_networks(azure: Azure, cluster: ManagedCluster) -> Iterator[Finding]:
    """The network resources that the control plane's identity in force may not use now."""
    if cluster.power == "Stopped":
        return
    identity = cluster.control_plane
    for resource, action in _used(azure, cluster).items():
        since = effective_from(azure, identity.principal_id, action, resource)
        if since is not None and since <= azure.now:
            continue
        when = f"its right becomes effective at {timestamp(since)}" if since else "nothing grants it the right"
        yield Finding(
            kind="NetworkUnauthorized",
            episode=("NetworkUnauthorized", key(resource), identity.principal_id),
            cause=f"The control plane runs as {identity.name} ({identity.client_id}) and is not permitted "
            f"{action} on {resource}: {when}.",
        )


def _used(azure: Azure, cluster: ManagedCluster) -> dict[str, str]:
    """What the cluster uses outside its node resource group, and what it must be permitted there."""
    subnets = [
        str(pool.profile[name])
        for pool in cluster.pools.values()
        for name in ("vnetSubnetID", "podSubnetID")
        if pool.profile.get(name)
    ]
    known = [azure.subnets[key(subnet)] for subnet in subnets if key(subnet) in azure.subnets]
    tables = [subnet.route_table for subnet in known if subnet.route_table]
    used = dict.fromkeys(subnets, _SUBNET) | dict.fromkeys(tables, _ROUTE_TABLE)
    used |= dict.fromkeys(_public_ips(cluster.properties), _PUBLIC_IP)
    own = cluster.node_resource_group_id
    return {resource: action for resource, action in used.items() if not is_within(resource, own)}


def _public_ips(properties: JsonObject) -> list[str]:
    profile: JsonObject = properties.get("networkProfile") or {}
    outbound: JsonObject = (profile.get("loadBalancerProfile") or {}).get("outboundIPs") or {}
    return [str(public_ip["id"]) for public_ip in outbound.get("publicIPs") or ()]
