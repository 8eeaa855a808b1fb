"""What a cluster as ARM sends it is reduced to; what is strange is never taken for a service principal."""

from typing import Any

import pytest

from fleet_identity.cluster import ControlPlaneIdentity, ServicePrincipal, SystemAssigned, UnknownIdentity, UserAssigned
from fleet_identity.gateway.arm.managed_clusters import to_cluster
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


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ({"apiServerAccessProfile": {"privateDNSZone": "/subscriptions/x/zone"}}, ("a private DNS zone of its own",)),
        ({"apiServerAccessProfile": {"privateDNSZone": "system"}}, ()),
        ({"diskEncryptionSetID": "/x"}, ("a disk encryption set",)),
        ({"securityProfile": {"azureKeyVaultKms": {"enabled": True}}}, ("a Key Vault key for etcd",)),
        ({"podIdentityProfile": {"enabled": True}}, ("pod-managed identities",)),
        ({"addonProfiles": {"ingressApplicationGateway": {"enabled": True}}}, ("the Application Gateway add-on",)),
        ({"addonProfiles": {"ingressApplicationGateway": {"enabled": False}, "omsagent": {"enabled": True}}}, ()),
        ({"agentPoolProfiles": [{"name": "a", "hostGroupID": "/x"}]}, ("dedicated hosts",)),
    ],
)
def test_what_we_cannot_grant_yet(properties: dict[str, Any], told: tuple[str, ...]) -> None:
    """A feature whose roles are not taken over is named, so that it blocks before anything is done."""
    assert to_cluster(document(**properties)).unsupported == told
