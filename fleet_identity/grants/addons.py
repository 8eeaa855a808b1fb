"""What the identities of add-ons must be granted: the Azure CLI does so after a switch, ARM alone does not.

Which role each gets: Azure CLI 2.91.0, `addonconfiguration.py` and `_roleassignments.py`; application routing:
Microsoft Learn, "Managed identities in AKS". Add-ons that are not here need none, or what only a person can know
(the vault of the secrets provider): `extra_roles` names them.
"""

from collections.abc import Iterator

from fleet_identity.cluster import Addon, Cluster
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import (
    CONTRIBUTOR,
    DNS_ZONE_CONTRIBUTOR,
    MONITORING_METRICS_PUBLISHER,
    NETWORK_CONTRIBUTOR,
    PRIVATE_DNS_ZONE_CONTRIBUTOR,
    Role,
)
from fleet_identity.steps import AddonOf, AssignRole


def addon_grants(cluster: Cluster) -> tuple[AssignRole, ...]:
    """List the roles of the cluster's add-ons."""
    return tuple(
        AssignRole(
            principal=AddonOf(cluster_id=cluster.id, addon=addon.name),
            role=role,
            scope=scope,
            because=f"the add-on manages {what}",
        )
        for addon in cluster.addons
        for role, scope, what in _needs(cluster, addon)
    )


def _needs(cluster: Cluster, addon: Addon) -> Iterator[tuple[Role, ResourceId, str]]:
    match addon.name.lower():
        case "omsagent" if addon.setting("useAADAuth").lower() != "true":
            yield MONITORING_METRICS_PUBLISHER, cluster.id, "the cluster's metrics"
        case "ingressapplicationgateway":
            yield from _gateway(cluster, addon)
        case "aciconnectorlinux":
            yield from ((CONTRIBUTOR, network, "container groups in it") for network in _network(cluster))
        case "webapprouting":
            yield from (_zone(zone) for zone in addon.zones)
        case _:
            return


def _gateway(cluster: Cluster, addon: Addon) -> Iterator[tuple[Role, ResourceId, str]]:
    if gateway := addon.setting("applicationGatewayId"):
        yield NETWORK_CONTRIBUTOR, ResourceId(gateway).group, "the application gateway there"
    if subnet := addon.setting("subnetId"):
        yield NETWORK_CONTRIBUTOR, ResourceId(subnet), "the application gateway's subnet"
    elif addon.setting("subnetCIDR"):
        yield from ((NETWORK_CONTRIBUTOR, network, "the application gateway's subnet") for network in _network(cluster))


def _zone(zone: ResourceId) -> tuple[Role, ResourceId, str]:
    private = "/privatednszones/" in zone.key
    return (PRIVATE_DNS_ZONE_CONTRIBUTOR if private else DNS_ZONE_CONTRIBUTOR), zone, "its records"


def _network(cluster: Cluster) -> tuple[ResourceId, ...]:
    """Give the virtual network of the first pool that is in a subnet of the customer's."""
    return tuple(reference.id.parent for reference in cluster.references if reference.kind == "subnet")[:1]
