"""Identities that AKS makes for the addons of a cluster with a managed identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.managed_identities.create import create
from simulator.managed_identities.models import KIND as IDENTITY
from simulator.resource_id import key, resource_id

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

_WITHOUT = frozenset({"kubedashboard"})
"""Addons that never call Azure; assumed, for no recording shows one."""


def give_identities(azure: Azure, cluster: ManagedCluster) -> None:
    """Show an identity `<addon>-<cluster>` on each enabled addon (recordings; other addons than omsagent: assumed)."""
    profiles: JsonObject = cluster.properties.get("addonProfiles") or {}
    if cluster.control_plane.type == "ServicePrincipal" or not profiles:
        return
    cluster.properties["addonProfiles"] = {
        name: _with_identity(azure, cluster, name.lower(), profile) for name, profile in profiles.items()
    }


def _with_identity(azure: Azure, cluster: ManagedCluster, addon: str, profile: JsonObject) -> JsonObject:
    if not profile.get("enabled") or addon in _WITHOUT:
        return profile
    wanted = resource_id(cluster.subscription, cluster.node_resource_group, IDENTITY, f"{addon}-{cluster.name}")
    identity = azure.identities.get(key(wanted)) or create(azure, wanted, location=cluster.location)
    shown = {"resourceId": identity.id, "clientId": identity.client_id, "objectId": identity.principal_id}
    return {**profile, "identity": shown}
