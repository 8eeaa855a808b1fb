"""What a body names that lies elsewhere: using it needs a right of its own there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.authorization.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.json_object import JsonObject
    from simulator.messages import ArmRequest

_CLUSTER = re.compile(r"/managedClusters/[^/]+/?$", re.IGNORECASE)
_POOL = re.compile(r"/managedClusters/[^/]+/agentPools/[^/]+/?$", re.IGNORECASE)
_ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
_JOIN_SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
_OUTBOUND = {
    ("outboundIPs", "publicIPs"): "Microsoft.Network/publicIPAddresses/join/action",
    ("outboundIPPrefixes", "publicIPPrefixes"): "Microsoft.Network/publicIPPrefixes/join/action",
}
_OF_POOLS = {
    "vnetSubnetID": _JOIN_SUBNET,
    "podSubnetID": _JOIN_SUBNET,
    "nodePublicIPPrefixID": "Microsoft.Network/publicIPPrefixes/join/action",
    "proximityPlacementGroupID": "Microsoft.Compute/proximityPlacementGroups/write",
}
_READ_KEYS = "Microsoft.OperationalInsights/workspaces/sharedkeys/read"
_READ_ENCRYPTION_SET = "Microsoft.Compute/diskEncryptionSets/read"
"""Microsoft Learn, AKS service permissions: what the identity that operates the cluster needs. That the API server's
and the pods' subnets are like those of nodes is assumed; capacity reservations and host groups are left out, for no
source names a right of the caller's."""


def linked_actions(request: ArmRequest) -> list[Action]:
    """The rights that a PUT needs beside its own; assumed: whether or not it changes what it names."""
    if request.method != "PUT":
        return []
    if _CLUSTER.search(request.path):
        return list(_of_cluster(request.document()))
    if _POOL.search(request.path):
        return list(_of_pools([request.document().get("properties") or {}]))
    return []


def _of_cluster(document: JsonObject) -> Iterator[Action]:
    properties: JsonObject = document.get("properties") or {}
    assigned: JsonObject = (document.get("identity") or {}).get("userAssignedIdentities") or {}
    for identity in (*assigned, *_kubelet(properties)):
        yield Action(name=_ASSIGN, scope=identity)
    yield from _of_pools(properties.get("agentPoolProfiles") or ())
    yield from _outbound(properties.get("networkProfile") or {})
    if subnet := (properties.get("apiServerAccessProfile") or {}).get("subnetId"):
        yield Action(name=_JOIN_SUBNET, scope=str(subnet))
    if workspace := _workspace(properties):
        yield Action(name=_READ_KEYS, scope=workspace)
    if encryption := properties.get("diskEncryptionSetID"):
        yield Action(name=_READ_ENCRYPTION_SET, scope=str(encryption))


def _workspace(properties: JsonObject) -> str:
    """The workspace of an enabled monitoring add-on (Azure/secrets-store-csi-driver-provider-azure#727)."""
    profiles: JsonObject = properties.get("addonProfiles") or {}
    monitoring: JsonObject = next((one for name, one in profiles.items() if name.lower() == "omsagent"), {})
    config: JsonObject = monitoring.get("config") or {}
    named = next((value for key, value in config.items() if key.lower() == "loganalyticsworkspaceresourceid"), "")
    return str(named) if monitoring.get("enabled") else ""


def _kubelet(properties: JsonObject) -> list[str]:
    """The pre-created kubelet identity; the one that AKS made lies in its own node resource group."""
    profile: JsonObject = (properties.get("identityProfile") or {}).get("kubeletidentity") or {}
    wanted = profile.get("resourceId")
    return [wanted] if isinstance(wanted, str) else []


def _of_pools(pools: Iterable[JsonObject]) -> Iterator[Action]:
    for pool in pools:
        for setting, action in _OF_POOLS.items():
            if used := pool.get(setting):
                yield Action(name=action, scope=str(used))


def _outbound(network: JsonObject) -> Iterator[Action]:
    balancer: JsonObject = network.get("loadBalancerProfile") or {}
    for (profile, addresses), action in _OUTBOUND.items():
        for address in (balancer.get(profile) or {}).get(addresses) or ():
            yield Action(name=action, scope=str(address["id"]))
