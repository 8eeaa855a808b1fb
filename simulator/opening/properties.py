"""The ARM properties of a cluster as a world describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.key_vaults.models import vault_named
from simulator.managed_clusters.addons import described_profiles
from simulator.managed_clusters.defaults import default_properties, network_profile_with

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.world.cluster import Cluster
    from simulator.world.key_vaults import Kms

_KEY = "etcd"


def properties_of(azure: Azure, cluster: Cluster, subscription: str) -> JsonObject:
    """The default properties, with what the world says laid over them."""
    properties = default_properties(
        subscription=subscription,
        group=cluster.resource_group,
        name=cluster.name,
        location=cluster.location,
        kubernetes_version=cluster.kubernetes_version,
    )
    properties["networkProfile"] = network_profile_with(cluster.network, profile=properties["networkProfile"])
    if access := _api_server_access(cluster):
        properties["apiServerAccessProfile"] = access
    if cluster.addons:
        properties |= described_profiles(cluster, subscription=subscription)
    if cluster.kms:
        properties["securityProfile"] = {"azureKeyVaultKms": _kms(azure, cluster.name, cluster.kms)}
    properties["autoUpgradeProfile"] = {
        "nodeOSUpgradeChannel": cluster.auto_upgrade.node_os,
        "upgradeChannel": cluster.auto_upgrade.kubernetes,
    }
    return properties | _optional(cluster) | cluster.extra_properties


def _api_server_access(cluster: Cluster) -> JsonObject:
    access: JsonObject = {}
    if zone := cluster.network.private_dns_zone:
        access |= {"enablePrivateCluster": True, "privateDNSZone": zone}
    if subnet := cluster.network.api_server_subnet:
        access |= {"enableVnetIntegration": True, "subnetId": subnet}
    if cluster.run_command_disabled:
        access["disableRunCommand"] = True
    return access


def _kms(azure: Azure, cluster: str, kms: Kms) -> JsonObject:
    """The vault is named only where it is a private one (Microsoft Learn: KMS etcd encryption)."""
    vault = vault_named(azure, kms.vault)
    version = derived_guid("key", kms.vault, cluster).replace("-", "")
    profile: JsonObject = {
        "enabled": True,
        "keyId": f"{vault.uri}keys/{_KEY}/{version}",
        "keyVaultNetworkAccess": kms.network_access,
    }
    return profile | ({"keyVaultResourceId": vault.id} if kms.network_access == "Private" else {})


def _optional(cluster: Cluster) -> JsonObject:
    """What ARM shows only where it is set."""
    optional: JsonObject = {}
    if cluster.disk_encryption_set:
        optional["diskEncryptionSetID"] = cluster.disk_encryption_set
    if cluster.pod_identity:
        optional["podIdentityProfile"] = {"enabled": True}
    if cluster.node_provisioning:
        optional["nodeProvisioningProfile"] = {"mode": cluster.node_provisioning}
    if cluster.web_app_routing:
        zones = list(cluster.web_app_routing.dns_zones)
        optional["ingressProfile"] = {"webAppRouting": {"enabled": True, "dnsZoneResourceIds": zones}}
    return optional
