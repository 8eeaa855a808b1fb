"""From a managed cluster as ARM shows it to what a change of identity depends on."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fleet_identity.cluster import (
    Addon,
    Cluster,
    ControlPlaneIdentity,
    EtcdKey,
    KubeletIdentity,
    Reference,
    ReferenceKind,
    ServicePrincipal,
    SystemAssigned,
    UnknownIdentity,
    UserAssigned,
)
from fleet_identity.node_pool import NodePool
from fleet_identity.resource_id import ResourceId

Json = Mapping[str, Any]
_PLATFORM_ZONES = frozenset({"", "system", "none"})
"""Zones that AKS keeps itself, or none. Source: Microsoft Learn, "Create a private AKS cluster"."""
_OF_POOLS: tuple[tuple[str, ReferenceKind], ...] = (
    ("vnetSubnetID", "subnet"),
    ("podSubnetID", "pod subnet"),
    ("nodePublicIPPrefixID", "public IP prefix"),
    ("proximityPlacementGroupID", "proximity placement group"),
    ("capacityReservationGroupID", "capacity reservation group"),
    ("hostGroupID", "dedicated host group"),
)
_IDENTITY = re.compile(r"/subscriptions/[^/]+/resourcegroups/.+/userassignedidentities/[^/]+/?", re.IGNORECASE)
_NO_CHANNEL = frozenset({"", "none", "unmanaged"})


def to_cluster(document: Any) -> Cluster:
    """Reduce a managed cluster to what a migration depends on, keeping the document for the PUT."""
    properties = document["properties"]
    cluster_id = ResourceId(document["id"])
    pools = properties.get("agentPoolProfiles") or ()
    access = properties.get("apiServerAccessProfile") or {}
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
        kubernetes_version=properties.get("currentKubernetesVersion") or properties.get("kubernetesVersion") or "",
        addons=tuple(_addons(properties)),
        features=tuple(_features(properties)),
        etcd_key=_etcd_key(properties),
        pod_identity=bool((properties.get("podIdentityProfile") or {}).get("enabled")),
        node_provisioning=(properties.get("nodeProvisioningProfile") or {}).get("mode") == "Auto",
        run_command=not access.get("disableRunCommand"),
        node_disruption_policy=(properties.get("nodeDisruptionProfile") or {}).get("nodeDisruptionPolicy") or "",
        image_channel=_channel(properties),
        tags=dict(document.get("tags") or {}),
        named_identities=frozenset(_named_identities(document)),
        document=document,
    )


def _named_identities(part: Any) -> Iterator[ResourceId]:
    """Find ids of user-assigned identities wherever they stand, as keys or as values."""
    if isinstance(part, str):
        if _IDENTITY.fullmatch(part):
            yield ResourceId(part)
    elif isinstance(part, Mapping):
        found: Json = part
        for name, value in found.items():
            yield from _named_identities(name)
            yield from _named_identities(value)
    elif isinstance(part, list):
        items: list[Any] = part
        for item in items:
            yield from _named_identities(item)


def _identity(document: Json, properties: Json) -> ControlPlaneIdentity:
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


def _kubelet(properties: Json) -> KubeletIdentity | None:
    found = (properties.get("identityProfile") or {}).get("kubeletidentity")
    if not found or not found.get("objectId"):
        return None
    return KubeletIdentity(
        resource_id=ResourceId(found["resourceId"]), client_id=found["clientId"], object_id=found["objectId"]
    )


def _pool(pool: Json) -> NodePool:
    return NodePool(
        name=pool["name"],
        mode=pool.get("mode") or "User",
        kind=pool.get("type") or "VirtualMachineScaleSets",
        count=pool.get("count") or 0,
        autoscaling=bool(pool.get("enableAutoScaling")),
        image=pool.get("nodeImageVersion") or "",
        provisioning_state=pool.get("provisioningState") or "Succeeded",
        power_state=(pool.get("powerState") or {}).get("code") or "Running",
        os=pool.get("osType") or "Linux",
        vm_size=pool.get("vmSize") or "",
        spot=(pool.get("scaleSetPriority") or "") == "Spot",
        kubernetes_version=pool.get("currentOrchestratorVersion") or pool.get("orchestratorVersion") or "",
        max_surge=(pool.get("upgradeSettings") or {}).get("maxSurge") or "",
        labels=dict(pool.get("nodeLabels") or {}),
        taints=tuple(pool.get("nodeTaints") or ()),
    )


def _addons(properties: Json) -> Iterator[Addon]:
    for name, profile in (properties.get("addonProfiles") or {}).items():
        if profile.get("enabled"):
            identity = profile.get("identity") or {}
            settings = {key: str(value) for key, value in (profile.get("config") or {}).items() if value is not None}
            yield Addon(name=name, principal_id=identity.get("objectId"), settings=settings)
    routing = (properties.get("ingressProfile") or {}).get("webAppRouting") or {}
    if routing.get("enabled"):
        zones = tuple(ResourceId(zone) for zone in routing.get("dnsZoneResourceIds") or ())
        yield Addon(name="webAppRouting", principal_id=(routing.get("identity") or {}).get("objectId"), zones=zones)


def _features(properties: Json) -> Iterator[str]:
    policy = str((properties.get("networkProfile") or {}).get("networkPolicy") or "").lower()
    if policy in {"azure", "calico", "cilium"}:
        yield f"network policy ({policy})"
    if ((properties.get("metricsProfile") or {}).get("costAnalysis") or {}).get("enabled"):
        yield "cost analysis"
    if ((properties.get("securityProfile") or {}).get("workloadIdentity") or {}).get("enabled"):
        yield "workload identity"


def _etcd_key(properties: Json) -> EtcdKey | None:
    kms = (properties.get("securityProfile") or {}).get("azureKeyVaultKms") or {}
    if not kms.get("enabled"):
        return None
    host = str(kms.get("keyId") or "").removeprefix("https://").split("/")[0]
    vault_id = kms.get("keyVaultResourceId")
    return EtcdKey(vault=host.split(".")[0], vault_id=ResourceId(vault_id) if vault_id else None)


def _channel(properties: Json) -> str:
    channel = (properties.get("autoUpgradeProfile") or {}).get("nodeOSUpgradeChannel") or ""
    return "" if channel.lower() in _NO_CHANNEL else channel


def _references(properties: Json, pools: Any) -> list[Reference]:
    named = (*_of_pools(pools), *_of_cluster(properties))
    found = dict.fromkeys(Reference(kind=kind, id=ResourceId(text)) for kind, text in named if text)
    zone = any(reference.kind == "private DNS zone" for reference in found)
    # a zone of the customer's is linked to the cluster's network: Microsoft Learn, "Create a private AKS cluster"
    networks = [item.id.parent for item in found if item.kind in {"subnet", "API server subnet"}] if zone else []
    return [*found, *dict.fromkeys(Reference(kind="virtual network", id=network) for network in networks)]


def _of_pools(pools: Any) -> Iterator[tuple[ReferenceKind, str | None]]:
    for key, kind in _OF_POOLS:
        for pool in pools:
            yield kind, pool.get(key)


def _of_cluster(properties: Json) -> Iterator[tuple[ReferenceKind, str | None]]:
    balancer = (properties.get("networkProfile") or {}).get("loadBalancerProfile") or {}
    api_server = properties.get("apiServerAccessProfile") or {}
    yield "API server subnet", api_server.get("subnetId")
    for address in (balancer.get("outboundIPs") or {}).get("publicIPs") or ():
        yield "public IP", address.get("id")
    for prefix in (balancer.get("outboundIPPrefixes") or {}).get("publicIPPrefixes") or ():
        yield "public IP prefix", prefix.get("id")
    zone = str(api_server.get("privateDNSZone") or "")
    yield "private DNS zone", None if zone.lower() in _PLATFORM_ZONES else zone
    yield "disk encryption set", properties.get("diskEncryptionSetID")
