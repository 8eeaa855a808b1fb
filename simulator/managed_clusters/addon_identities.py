"""Identities that AKS makes for add-ons, in the node resource group, and since when they have had them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.managed_identities.create import create
from simulator.managed_identities.models import KIND as IDENTITY
from simulator.resource_id import key, resource_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.managed_identities.models import UserAssignedIdentity

WEB_APP_ROUTING = "webAppRouting"
_WITHOUT = frozenset({"kubedashboard"})
"""Add-ons that never call Azure; assumed, for no recording shows one."""


def adopt_identities(azure: Azure, cluster: ManagedCluster, *, since: datetime) -> None:
    """Give what is enabled and has none its identity, and take away what is not enabled any more."""
    entitled = list(_entitled(cluster))
    cluster.addon_identities = {name: _identity(azure, cluster, name) for name in entitled}
    cluster.addons_since = {name: cluster.addons_since.get(name, since) for name in entitled}
    missed_from = since + azure.world.timing.addon_patience
    if missed_from > azure.now:
        azure.timeline.at(missed_from, lambda: azure.touched.add(cluster.key))


def _entitled(cluster: ManagedCluster) -> Iterator[str]:
    """Add-ons once the cluster has an identity (recordings of Azure CLI test traffic); web app routing always."""
    profiles: JsonObject = cluster.properties.get("addonProfiles") or {}
    if cluster.control_plane.type != "ServicePrincipal":
        yield from (n for n, profile in profiles.items() if profile.get("enabled") and n.lower() not in _WITHOUT)
    if web_app_routing(cluster).get("enabled"):
        yield WEB_APP_ROUTING


def web_app_routing(cluster: ManagedCluster) -> JsonObject:
    """The settings of application routing."""
    return (cluster.properties.get("ingressProfile") or {}).get("webAppRouting") or {}


def identity_document(identity: UserAssignedIdentity) -> JsonObject:
    """An identity as a member of what runs as it."""
    return {"resourceId": identity.id, "clientId": identity.client_id, "objectId": identity.principal_id}


def _identity(azure: Azure, cluster: ManagedCluster, addon: str) -> UserAssignedIdentity:
    """In the node resource group, as `omsagent-<cluster>` (recordings of Azure CLI test traffic)."""
    name = f"{addon.lower()}-{cluster.name}"
    wanted = resource_id(cluster.subscription, cluster.node_resource_group, IDENTITY, name)
    return azure.identities.get(key(wanted)) or create(azure, wanted, location=cluster.location)
