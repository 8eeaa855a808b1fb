"""What the AKS resource provider looks at before it accepts a PUT of a cluster that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_aks
from simulator.maintenance.windows import opens
from simulator.managed_clusters.private_zone import private_zone_of
from simulator.managed_clusters.secrets import refuse_expired_secret
from simulator.managed_clusters.versions import refuse_other_versions
from simulator.role_assignments.rights import may

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ControlPlane, ManagedCluster

_ZONE_ACTIONS = ("Microsoft.Network/privateDnsZones/read", "Microsoft.Network/privateDnsZones/write")
_NODE_WINDOW = "aksManagedNodeOSUpgradeSchedule"


def refuse_unmet(
    azure: Azure, cluster: ManagedCluster, document: JsonObject, control_plane: ControlPlane, *, rolls: bool
) -> None:
    """Refuse what AKS's own checks find; their order is assumed."""
    refuse_other_versions(cluster, document)
    refuse_expired_secret(azure, cluster, control_plane)
    _refuse_system_assigned(cluster, control_plane)
    _refuse_zone(azure, cluster, control_plane)
    if rolls:
        _refuse_disruption(azure, cluster)


def _refuse_system_assigned(cluster: ManagedCluster, after: ControlPlane) -> None:
    """Refuse a system-assigned identity where Microsoft Learn says that it is not supported; the code is assumed."""
    if after.type != "SystemAssigned" or after == cluster.control_plane:
        return
    kms: JsonObject = (cluster.properties.get("securityProfile") or {}).get("azureKeyVaultKms") or {}
    for used, feature in (
        (private_zone_of(cluster.properties), "a custom private DNS zone"),
        (kms.get("enabled"), "Azure Key Vault KMS"),
    ):
        if used:
            message = f"System-assigned managed identity is not supported on a cluster with {feature}."
            raise from_aks(400, "BadRequest", message)


def _refuse_zone(azure: Azure, cluster: ManagedCluster, control_plane: ControlPlane) -> None:
    """A custom private DNS zone is checked at every update (Microsoft Learn: CustomPrivateDNSZoneMissing...)."""
    zone = private_zone_of(cluster.properties)
    if zone is None:
        return
    for action in _ZONE_ACTIONS:
        if not may(azure, control_plane.principal_id, action, zone):
            raise from_aks(
                400,
                "CustomPrivateDNSZoneMissingPermissionError",
                "Service principal or user-assigned identity must be given permission to read and write to custom "
                f"private dns zone {zone}. Check access result not allowed for action {action}.",
            )


def _refuse_disruption(azure: Azure, cluster: ManagedCluster) -> None:
    """A policy that blocks refuses the call (Microsoft Learn: node disruption policy; code and text are assumed)."""
    policy = cluster.node_disruption_policy
    if policy == "Block" or (policy == "AllowDuringMaintenanceWindow" and not _window_open(azure, cluster)):
        raise from_aks(
            400,
            "NodeDisruptionPolicyBlocked",
            f"The operation would disrupt nodes, and the cluster's node disruption policy is '{policy}'.",
        )


def _window_open(azure: Azure, cluster: ManagedCluster) -> bool:
    """Without a window for node images everything is allowed (Microsoft Learn: node disruption policy)."""
    opening = opens(azure.maintenance_windows.get(cluster.key, ()), _NODE_WINDOW, azure.now, azure.began)
    return opening is None or opening <= azure.now
