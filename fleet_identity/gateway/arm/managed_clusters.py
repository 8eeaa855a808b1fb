"""managedClusters on the wire: reading them, and the one PUT that switches the identity.

What a GET -> PUT must leave out: Azure CLI sends the cluster back as it came, read-only fields stripped by the
SDK. From api-version 2026-06-01 on, a pool's `nodeImageVersion` can be written and a stale one asks for a
rollback (azure-mgmt-containerservice 41.6.0), so it never goes back.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

from azure.core import MatchConditions
from azure.mgmt.containerservice.models import ManagedCluster

from fleet_identity.cluster import (
    Cluster,
    ControlPlaneIdentity,
    KubeletIdentity,
    NodePool,
    Reference,
    ReferenceKind,
    ServicePrincipal,
    SystemAssigned,
    UnknownIdentity,
    UserAssigned,
)
from fleet_identity.gateway.arm.accepted import Accepted
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.gateway.arm.unsupported import unsupported
from fleet_identity.gateway.protocols import Operation
from fleet_identity.resource_id import ResourceId

_Json = Mapping[str, Any]


async def read(connection: Connection, cluster_id: ResourceId) -> Cluster:
    """Read one cluster."""
    clusters = connection.aks(cluster_id.subscription).managed_clusters
    with translated(cluster_id, f"read cluster {cluster_id.name}"):
        return to_cluster(await clusters.get(cluster_id.resource_group, cluster_id.name))


async def read_all(connection: Connection, subscription: str) -> tuple[Cluster, ...]:
    """Read all clusters of a subscription, page by page."""
    with translated(subscription, f"list the clusters of subscription {subscription}"):
        found = connection.aks(subscription).managed_clusters.list()
        return tuple([to_cluster(document) async for document in found])


async def put_identity(
    connection: Connection, cluster: Cluster, identity_id: ResourceId, tags: Mapping[str, str]
) -> Operation | None:
    """PUT a cluster back under its eTag, with another identity and these tags beside its own."""
    body = with_identity(cast(ManagedCluster, cluster.document), identity_id, tags)
    accepted = Accepted()
    with translated(cluster.id, f"switch the identity of cluster {cluster.id.name}"):
        await connection.aks(cluster.id.subscription).managed_clusters.begin_create_or_update(
            cluster.id.resource_group,
            cluster.id.name,
            body,
            etag=cluster.etag,
            match_condition=MatchConditions.IfNotModified,
            polling=False,
            raw_response_hook=accepted.note,
        )
    return accepted.operation


def with_identity(document: ManagedCluster, identity_id: ResourceId, tags: Mapping[str, str]) -> ManagedCluster:
    """Copy a cluster as ARM sent it, changed in identity and tags, without what must not go back."""
    body = deepcopy(document)
    body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity_id.text: {}}}
    body["tags"] = {**(body.get("tags") or {}), **tags}
    for pool in body["properties"].get("agentPoolProfiles") or ():
        pool.pop("nodeImageVersion", None)
    (body["properties"].get("servicePrincipalProfile") or {}).pop("secret", None)
    return body


def to_cluster(document: Any) -> Cluster:
    """Reduce a managed cluster to what a migration depends on, keeping the document for the PUT."""
    properties = document["properties"]
    cluster_id = ResourceId(document["id"])
    pools = properties.get("agentPoolProfiles") or ()
    return Cluster(
        id=cluster_id,
        location=document["location"],
        etag=document.get("eTag") or "",
        identity=_identity(document, properties),
        kubelet=_kubelet(properties),
        pools=tuple(_pool(pool) for pool in pools),
        references=tuple(_references(properties, pools)),
        node_resource_group=ResourceId(
            f"/subscriptions/{cluster_id.subscription}/resourceGroups/{properties.get('nodeResourceGroup') or '?'}"
        ),
        provisioning_state=properties.get("provisioningState") or "Succeeded",
        power_state=(properties.get("powerState") or {}).get("code") or "Running",
        unsupported=unsupported(properties),
        tags=dict(document.get("tags") or {}),
        document=document,
    )


def _identity(document: _Json, properties: _Json) -> ControlPlaneIdentity:
    identity = document.get("identity") or {}
    kind = (identity.get("type") or "None").lower()
    client_id = (properties.get("servicePrincipalProfile") or {}).get("clientId") or "msi"
    if kind == "userassigned" and identity.get("userAssignedIdentities"):
        return UserAssigned(identity_id=ResourceId(next(iter(identity["userAssignedIdentities"]))))
    if kind == "systemassigned":
        return SystemAssigned(principal_id=identity.get("principalId") or "")
    if kind == "none" and client_id.lower() != "msi":
        return ServicePrincipal(client_id=client_id)
    return UnknownIdentity(shown=f"{identity.get('type') or 'no'} identity")


def _kubelet(properties: _Json) -> KubeletIdentity | None:
    found = (properties.get("identityProfile") or {}).get("kubeletidentity")
    if not found or not found.get("objectId"):
        return None
    return KubeletIdentity(
        resource_id=ResourceId(found["resourceId"]), client_id=found["clientId"], object_id=found["objectId"]
    )


def _pool(pool: _Json) -> NodePool:
    return NodePool(
        name=pool["name"],
        mode=pool.get("mode") or "User",
        kind=pool.get("type") or "VirtualMachineScaleSets",
        count=pool.get("count") or 0,
        autoscaling=bool(pool.get("enableAutoScaling")),
        image=pool.get("nodeImageVersion") or "",
        provisioning_state=pool.get("provisioningState") or "Succeeded",
        labels=dict(pool.get("nodeLabels") or {}),
        taints=tuple(pool.get("nodeTaints") or ()),
    )


def _references(properties: _Json, pools: Any) -> list[Reference]:
    balancer = (properties.get("networkProfile") or {}).get("loadBalancerProfile") or {}
    api_server = properties.get("apiServerAccessProfile") or {}
    addresses = (balancer.get("outboundIPs") or {}).get("publicIPs") or ()
    prefixes = (balancer.get("outboundIPPrefixes") or {}).get("publicIPPrefixes") or ()
    named: list[tuple[ReferenceKind, str | None]] = [
        *(("subnet", pool.get("vnetSubnetID")) for pool in pools),
        *(("pod subnet", pool.get("podSubnetID")) for pool in pools),
        ("API server subnet", api_server.get("subnetId")),
        *(("public IP", address.get("id")) for address in addresses),
        *(("public IP prefix", prefix.get("id")) for prefix in prefixes),
    ]
    return list(dict.fromkeys(Reference(kind=kind, id=ResourceId(text)) for kind, text in named if text))
