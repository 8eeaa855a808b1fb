"""Add-ons run as the service principal, and after the switch each as an identity that AKS makes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.managed_clusters.addon_identities import WEB_APP_ROUTING, identity_document, web_app_routing
from simulator.resource_id import group_id

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.managed_identities.models import UserAssignedIdentity
    from simulator.world.addons import EnabledAddon
    from simulator.world.cluster import Cluster

_WORKSPACE = "providers/Microsoft.OperationalInsights/workspaces/logs"
_GATEWAY = "providers/Microsoft.Network/applicationGateways/gateway"


def described_profiles(cluster: Cluster, *, subscription: str) -> JsonObject:
    """The profiles of add-ons that a world names: enabled, on resources in the cluster's own group by default."""
    defaults = _configs(group_id(subscription, cluster.resource_group))
    profiles = {
        addon.name: {"enabled": True, "config": _config(addon, defaults.get(addon.name))} for addon in cluster.addons
    }
    return {"addonProfiles": profiles}


def addon_profiles(cluster: ManagedCluster) -> JsonObject:
    """The profiles as ARM shows them: an identity appears when the operation that made it has succeeded."""
    profiles: JsonObject = cluster.properties.get("addonProfiles") or {}
    return {name: _shown(profile, cluster.addon_identities.get(name)) for name, profile in profiles.items()}


def ingress_profile(cluster: ManagedCluster) -> JsonObject:
    """The profile with what application routing runs as."""
    shown = _shown(web_app_routing(cluster), cluster.addon_identities.get(WEB_APP_ROUTING))
    return {**cluster.properties["ingressProfile"], WEB_APP_ROUTING: shown}


def _shown(profile: JsonObject, identity: UserAssignedIdentity | None) -> JsonObject:
    settings = {name: value for name, value in profile.items() if name != "identity"}
    return settings if identity is None else {**settings, "identity": identity_document(identity)}


def _config(addon: EnabledAddon, default: dict[str, str] | None) -> dict[str, str] | None:
    if addon.config is None:
        return default
    return {**(default or {}), **addon.config} if addon.name == "omsagent" else addon.config


def _configs(group: str) -> dict[str, dict[str, str]]:
    """Monitoring of a cluster with a service principal uses its workspace's key, not Entra (Azure CLI's source)."""
    return {
        "omsagent": {"logAnalyticsWorkspaceResourceID": f"{group}/{_WORKSPACE}", "useAADAuth": "false"},
        "ingressApplicationGateway": {"applicationGatewayId": f"{group}/{_GATEWAY}"},
    }
