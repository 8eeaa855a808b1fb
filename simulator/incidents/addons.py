"""AddonUnauthorized: an add-on has run as its own identity for a while, and lacks what it did as the principal before.

Nobody can grant anything to an identity that is made by the switch itself: a right that is missing counts from
`timing.addon_patience` after the identity was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.incidents.unauthorized import Actor, Need, unauthorized
from simulator.managed_clusters.addon_identities import WEB_APP_ROUTING, web_app_routing
from simulator.resource_id import is_within, network_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.azure import Azure
    from simulator.incidents.ledger import Finding
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

_PUBLISH = "Microsoft.Insights/Metrics/Write"
_GATEWAY = "Microsoft.Network/applicationGateways/write"
_JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
"""What each does with the roles that Azure CLI 2.91.0 grants it; the actions are assumed."""


def unauthorized_addons(azure: Azure, cluster: ManagedCluster) -> Iterator[Finding]:
    """The add-ons that may not do now what they are for."""
    if cluster.power == "Stopped":
        return
    for name, identity in cluster.addon_identities.items():
        if azure.now < cluster.addons_since[name] + azure.world.timing.addon_patience:
            continue
        actor = Actor(
            called=f"The add-on {name}",
            name=identity.name,
            client_id=identity.client_id,
            principal_id=identity.principal_id,
        )
        needs = [need for need in _needs(cluster, name) if not is_within(need.resource, cluster.node_resource_group_id)]
        yield from unauthorized(azure, "AddonUnauthorized", actor, needs)


def _needs(cluster: ManagedCluster, addon: str) -> Iterator[Need]:
    """Names of add-ons come in several casings (Azure CLI 2.91.0: omsagent, omsAgent)."""
    if addon == WEB_APP_ROUTING:
        yield from _zones(web_app_routing(cluster).get("dnsZoneResourceIds") or ())
        return
    config = {name.lower(): str(value) for name, value in _config(cluster, addon).items()}
    match addon.lower():
        case "omsagent":
            # with Entra authentication it needs no role (Azure CLI 2.91.0)
            if config.get("useaadauth", "false").lower() != "true":
                yield Need(resource=cluster.id, action=_PUBLISH)
        case "ingressapplicationgateway":
            yield from _gateway(cluster, config)
        case "aciconnectorlinux":
            if (network := _first_network(cluster)) and (subnet := config.get("subnetname")):
                yield Need(resource=f"{network}/subnets/{subnet}", action=_JOIN)
        case _:
            return


def _config(cluster: ManagedCluster, addon: str) -> JsonObject:
    return cluster.properties["addonProfiles"][addon].get("config") or {}


def _gateway(cluster: ManagedCluster, config: dict[str, str]) -> Iterator[Need]:
    """A gateway that is there, the subnet of one that AKS makes, or the network in which AKS makes both."""
    if gateway := config.get("applicationgatewayid"):
        yield Need(resource=gateway, action=_GATEWAY)
    if subnet := config.get("subnetid"):
        yield Need(resource=subnet, action=_JOIN)
    if config.get("subnetcidr") and (network := _first_network(cluster)):
        yield Need(resource=network, action=_JOIN)


def _first_network(cluster: ManagedCluster) -> str | None:
    """The virtual network of the first pool: where Azure CLI 2.91.0 grants rights to add-ons."""
    subnet = next(iter(cluster.pools.values())).profile.get("vnetSubnetID")
    return network_of(str(subnet)) if subnet else None


def _zones(zones: Iterable[str]) -> Iterator[Need]:
    for zone in zones:
        kind = "privateDnsZones" if "/privatednszones/" in zone.lower() else "dnsZones"
        yield Need(resource=zone, action=f"Microsoft.Network/{kind}/write")
