"""What a body names that lies elsewhere: using it needs a right of its own there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.authorization.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.json_object import JsonObject
    from simulator.messages import ArmRequest

_CLUSTER = re.compile(r"/managedClusters/[^/]+/?$", re.IGNORECASE)
_POOL = re.compile(r"/managedClusters/[^/]+/agentPools/[^/]+/?$", re.IGNORECASE)
_ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
_JOIN_SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
_JOIN_PUBLIC_IP = "Microsoft.Network/publicIPAddresses/join/action"


def linked_actions(request: ArmRequest) -> list[Action]:
    """The rights that a PUT needs beside its own; assumed: whether or not it changes what it names."""
    if request.method != "PUT":
        return []
    if _CLUSTER.search(request.path):
        return list(_of_cluster(request.document()))
    if _POOL.search(request.path):
        return list(_subnets([{"properties": request.document().get("properties") or {}}]))
    return []


def _of_cluster(document: JsonObject) -> Iterator[Action]:
    properties: JsonObject = document.get("properties") or {}
    assigned: JsonObject = (document.get("identity") or {}).get("userAssignedIdentities") or {}
    for identity in (*assigned, *_kubelet(properties)):
        yield Action(name=_ASSIGN, scope=identity)
    yield from _subnets([{"properties": pool} for pool in properties.get("agentPoolProfiles") or ()])
    network: JsonObject = properties.get("networkProfile") or {}
    outbound: JsonObject = (network.get("loadBalancerProfile") or {}).get("outboundIPs") or {}
    for public_ip in outbound.get("publicIPs") or ():
        yield Action(name=_JOIN_PUBLIC_IP, scope=str(public_ip["id"]))


def _kubelet(properties: JsonObject) -> list[str]:
    """The pre-created kubelet identity; the one that AKS made lies in its own node resource group."""
    profile: JsonObject = (properties.get("identityProfile") or {}).get("kubeletidentity") or {}
    wanted = profile.get("resourceId")
    return [wanted] if isinstance(wanted, str) else []


def _subnets(pools: list[JsonObject]) -> Iterator[Action]:
    for pool in pools:
        for name in ("vnetSubnetID", "podSubnetID"):
            if subnet := pool["properties"].get(name):
                yield Action(name=_JOIN_SUBNET, scope=str(subnet))
