"""What a cluster as ARM sends it is reduced to; what is strange is never taken for a service principal."""

from typing import Any

import pytest

from fleet_identity.cluster import (
    ControlPlaneIdentity,
    EtcdKey,
    ServicePrincipal,
    SystemAssigned,
    UnknownIdentity,
    UserAssigned,
)
from fleet_identity.gateway.arm.cluster_document import to_cluster
from fleet_identity.resource_id import ResourceId
from tests.worlds import CLUSTER_ID, IDENTITY_ID


def document(identity: Any = None, client_id: str | None = "app", **properties: Any) -> dict[str, Any]:
    profile = {"servicePrincipalProfile": {"clientId": client_id}} if client_id else {}
    return {
        "id": CLUSTER_ID,
        "location": "westeurope",
        "eTag": "1",
        "identity": identity,
        "properties": {"nodeResourceGroup": "MC", **profile, **properties},
    }


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (document(), ServicePrincipal(client_id="app")),
        (document({"type": "None"}), ServicePrincipal(client_id="app")),
        (document({"type": "SystemAssigned", "principalId": "p"}, "msi"), SystemAssigned(principal_id="p")),
        (
            document({"type": "userassigned", "userAssignedIdentities": {IDENTITY_ID: {}}}, "msi"),
            UserAssigned(identity_id=ResourceId(IDENTITY_ID)),
        ),
        (
            document({"type": "UserAssigned", "userAssignedIdentities": {}}),
            UnknownIdentity(shown="UserAssigned identity"),
        ),
        (document({"type": "Galactic"}), UnknownIdentity(shown="Galactic identity")),
        (document(None, "msi"), UnknownIdentity(shown="no identity")),
        (document(None, None), UnknownIdentity(shown="no identity")),
    ],
)
def test_identities(sent: dict[str, Any], read: ControlPlaneIdentity) -> None:
    """Only what is plainly a service principal is one; whatever we don't know is told apart, and raises nothing."""
    assert to_cluster(sent).identity == read


POOL = {"name": "a"}
VNET = "/subscriptions/x/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"


@pytest.mark.parametrize(
    ("properties", "kinds"),
    [
        ({"apiServerAccessProfile": {"privateDNSZone": "/subscriptions/x/zone"}}, ["private DNS zone"]),
        ({"apiServerAccessProfile": {"privateDNSZone": "system"}}, []),
        ({"apiServerAccessProfile": {"subnetId": f"{VNET}/subnets/api"}}, ["API server subnet"]),
        (
            {
                "apiServerAccessProfile": {"privateDNSZone": "/subscriptions/x/zone"},
                "agentPoolProfiles": [{**POOL, "vnetSubnetID": f"{VNET}/subnets/nodes"}],
            },
            ["subnet", "private DNS zone", "virtual network"],
        ),
        ({"diskEncryptionSetID": "/x"}, ["disk encryption set"]),
        ({"agentPoolProfiles": [{**POOL, "podSubnetID": f"{VNET}/subnets/pods"}]}, ["pod subnet"]),
        ({"agentPoolProfiles": [{**POOL, "nodePublicIPPrefixID": "/x"}]}, ["public IP prefix"]),
        ({"agentPoolProfiles": [{**POOL, "proximityPlacementGroupID": "/x"}]}, ["proximity placement group"]),
        ({"agentPoolProfiles": [{**POOL, "capacityReservationGroupID": "/x"}]}, ["capacity reservation group"]),
        ({"agentPoolProfiles": [{**POOL, "hostGroupID": "/x"}]}, ["dedicated host group"]),
        (
            {"networkProfile": {"loadBalancerProfile": {"outboundIPPrefixes": {"publicIPPrefixes": [{"id": "/x"}]}}}},
            ["public IP prefix"],
        ),
    ],
)
def test_what_it_refers_to(properties: dict[str, Any], kinds: list[str]) -> None:
    """Whatever a control plane must be permitted to use is found, under the name that ARM has for it."""
    assert [reference.kind for reference in to_cluster(document(**properties)).references] == kinds


def test_add_ons_and_the_key_of_etcd() -> None:
    """Enabled add-ons with their identities, application routing among them; the vault by the name in the key's id."""
    addons = {
        "omsAgent": {"enabled": True, "config": {"useAADAuth": "false"}, "identity": {"objectId": "o"}},
        "azurepolicy": {"enabled": False},
    }
    routing = {"webAppRouting": {"enabled": True, "dnsZoneResourceIds": ["/z"], "identity": {"objectId": "w"}}}
    kms = {"azureKeyVaultKms": {"enabled": True, "keyId": "https://keys.vault.azure.net/keys/k/1"}}
    found = to_cluster(document(addonProfiles=addons, ingressProfile=routing, securityProfile=kms))
    assert [(addon.name, addon.principal_id) for addon in found.addons] == [("omsAgent", "o"), ("webAppRouting", "w")]
    assert found.addons[1].zones == (ResourceId("/z"),)
    assert found.etcd_key == EtcdKey(vault="keys")
