"""ControlPlaneUnauthorized: the control plane may not use what its cluster names beside its network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.incidents.unauthorized import Actor, Need, finding, unauthorized
from simulator.key_vaults.models import vault_of_key
from simulator.key_vaults.rights import DECRYPT, ENCRYPT, may_use_from
from simulator.managed_clusters.private_zone import private_zone_of
from simulator.resource_id import is_within, network_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.azure import Azure
    from simulator.incidents.ledger import Finding, Kind
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

_KIND: Kind = "ControlPlaneUnauthorized"
_ZONE = ("Microsoft.Network/privateDnsZones/read", "Microsoft.Network/privateDnsZones/write")
_LINKED_NETWORK = "Microsoft.Network/virtualNetworks/join/action"
"""Microsoft Learn, private clusters, wants Network Contributor on the network; that linking the zone joins it is
assumed."""
_DISK_ENCRYPTION_SET = "Microsoft.Compute/diskEncryptionSets/read"
"""Microsoft Learn: customer-managed keys for Azure disks."""
_APPROVE = "Microsoft.KeyVault/vaults/privateEndpointConnectionsApproval/action"
"""Microsoft Learn, KMS etcd encryption, wants Key Vault Contributor for the private link; the action is assumed."""
_OF_POOLS = {
    # Microsoft Learn: AKS service permissions; that the cluster's identity needs it as well is assumed
    "proximityPlacementGroupID": "Microsoft.Compute/proximityPlacementGroups/write",
    # Microsoft Learn: capacity reservation groups want Contributor on the resource group; the action is assumed
    "capacityReservationGroupID": "Microsoft.Compute/capacityReservationGroups/deploy/action",
    # Microsoft Learn: dedicated hosts want Contributor on the resource group; the action is assumed
    "hostGroupID": "Microsoft.Compute/hostGroups/write",
}


def control_plane_of(cluster: ManagedCluster) -> Actor:
    """The control plane as it acts now."""
    identity = cluster.control_plane
    return Actor(
        called="The control plane",
        name=identity.name,
        client_id=identity.client_id,
        principal_id=identity.principal_id,
    )


def unauthorized_control_plane(azure: Azure, cluster: ManagedCluster) -> Iterator[Finding]:
    """What the control plane's identity in force may not use now."""
    if cluster.power == "Stopped":
        return
    group = cluster.node_resource_group_id
    needs = [need for need in _needs(cluster) if not is_within(need.resource, group)]
    yield from unauthorized(azure, _KIND, control_plane_of(cluster), needs)
    yield from _vault(azure, cluster)


def _needs(cluster: ManagedCluster) -> Iterator[Need]:
    if zone := private_zone_of(cluster.properties):
        yield from (Need(resource=zone, action=action) for action in _ZONE)
        yield from (Need(resource=network, action=_LINKED_NETWORK) for network in _networks(cluster))
    if encryption := cluster.properties.get("diskEncryptionSetID"):
        yield Need(resource=str(encryption), action=_DISK_ENCRYPTION_SET)
    for pool in cluster.pools.values():
        for setting, action in _OF_POOLS.items():
            if used := pool.profile.get(setting):
                yield Need(resource=str(used), action=action)


def _networks(cluster: ManagedCluster) -> set[str]:
    """The virtual networks that nodes are in, to which the zone is linked."""
    subnets = [pool.profile.get("vnetSubnetID") for pool in cluster.pools.values()]
    return {network_of(str(subnet)) for subnet in subnets if subnet}


def _vault(azure: Azure, cluster: ManagedCluster) -> Iterator[Finding]:
    """The vault whose key encrypts the cluster's secrets."""
    kms: JsonObject = (cluster.properties.get("securityProfile") or {}).get("azureKeyVaultKms") or {}
    vault = vault_of_key(azure, str(kms.get("keyId"))) if kms.get("enabled") else None
    if vault is None:
        return
    actor = control_plane_of(cluster)
    private = kms.get("keyVaultNetworkAccess") == "Private"
    for action in (ENCRYPT, DECRYPT, *((_APPROVE,) if private else ())):
        since = may_use_from(azure, vault, actor.principal_id, action)
        if since is None or since > azure.now:
            yield finding(_KIND, actor, Need(resource=vault.id, action=action), since)
