"""Add-ons run as the service principal, and after the switch each as an identity that AKS makes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.managed_identities.create import create
from simulator.managed_identities.models import KIND as IDENTITY
from simulator.resource_id import group_id, key, resource_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.managed_identities.models import UserAssignedIdentity

_WITHOUT = frozenset({"kubedashboard"})
"""Add-ons that never call Azure; assumed, for no recording shows one."""
_WORKSPACE = "providers/Microsoft.OperationalInsights/workspaces/logs"
_GATEWAY = "providers/Microsoft.Network/applicationGateways/gateway"


def described_profiles(addons: Iterable[str], *, subscription: str, group: str) -> JsonObject:
    """The profiles of add-ons that a world names: enabled, on resources in the cluster's own group."""
    configs = _configs(group_id(subscription, group))
    return {"addonProfiles": {name: {"enabled": True, "config": configs.get(name)} for name in addons}}


def adopt_identities(azure: Azure, cluster: ManagedCluster) -> None:
    """Give each enabled add-on its identity, once the cluster has one (recordings of Azure CLI test traffic)."""
    if cluster.control_plane.type == "ServicePrincipal":
        return
    profiles: JsonObject = cluster.properties.get("addonProfiles") or {}
    cluster.addon_identities = {
        name: _identity(azure, cluster, name)
        for name, profile in profiles.items()
        if profile.get("enabled") and name.lower() not in _WITHOUT
    }


def addon_profiles(cluster: ManagedCluster) -> JsonObject:
    """The profiles as ARM shows them: an identity appears when the operation that made it has succeeded."""
    profiles: JsonObject = cluster.properties.get("addonProfiles") or {}
    return {name: _shown(profile, cluster.addon_identities.get(name)) for name, profile in profiles.items()}


def _shown(profile: JsonObject, identity: UserAssignedIdentity | None) -> JsonObject:
    settings = {name: value for name, value in profile.items() if name != "identity"}
    if identity is None:
        return settings
    ids = {"resourceId": identity.id, "clientId": identity.client_id, "objectId": identity.principal_id}
    return {**settings, "identity": ids}


def _identity(azure: Azure, cluster: ManagedCluster, addon: str) -> UserAssignedIdentity:
    """In the node resource group, as `omsagent-<cluster>` (recordings of Azure CLI test traffic)."""
    name = f"{addon.lower()}-{cluster.name}"
    wanted = resource_id(cluster.subscription, cluster.node_resource_group, IDENTITY, name)
    return azure.identities.get(key(wanted)) or create(azure, wanted, location=cluster.location)


def _configs(group: str) -> dict[str, dict[str, str]]:
    """Monitoring of a cluster with a service principal uses its workspace's key, not Entra (Azure CLI's source)."""
    return {
        "omsagent": {"logAnalyticsWorkspaceResourceID": f"{group}/{_WORKSPACE}", "useAADAuth": "false"},
        "ingressApplicationGateway": {"applicationGatewayId": f"{group}/{_GATEWAY}"},
    }
