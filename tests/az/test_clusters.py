"""Clusters with the real Azure CLI: shown, created, switched."""

import pytest

from tests.az.conftest import LogIn
from tests.worlds import CLUSTER, GROUP, IDENTITY_ID, REGISTRY, REGISTRY_ID, SP_CLIENT_ID, SUBNET_ID, one_cluster

pytestmark = [pytest.mark.az, pytest.mark.foreign_client("the Azure CLI sends no If-Match and round-trips images")]
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
OPERATOR = "f1a07417-d97a-45cb-824c-7a7467783830"
IT = f"-g {GROUP} -n {CLUSTER}"
SUBNETLESS = {"pulls_from": [], "node_pools": [{"name": "system"}]}
"""A cluster that needs no grant, so that nothing can break."""
IDENTITIES = "/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
KUBELET_ID = IDENTITY_ID.replace("id-prod", "id-kube")


def test_a_cluster_is_shown(log_in: LogIn) -> None:
    """`aks show` prints the service principal and the pools."""
    shown = log_in().az(f"aks show {IT}")
    assert shown["servicePrincipalProfile"]["clientId"] == SP_CLIENT_ID
    assert shown["identity"] is None
    assert [pool["name"] for pool in shown["agentPoolProfiles"]] == ["system", "user"]


def test_create_with_a_system_assigned_identity(log_in: LogIn) -> None:
    """A plain `aks create` gets a system-assigned identity, and nodes that run as the identity that AKS made."""
    here = log_in(**SUBNETLESS)
    made = here.az(f"aks create -g {GROUP} -n fresh --node-count 2 --no-ssh-key")
    kubelet = made["identityProfile"]["kubeletidentity"]
    assert (made["identity"]["type"], made["provisioningState"]) == ("SystemAssigned", "Succeeded")
    assert kubelet["resourceId"].endswith(f"MC_{GROUP}_fresh_westeurope{IDENTITIES}/fresh-agentpool")
    assert [node["kubelet"] for node in here.cluster("fresh")["nodes"]] == [kubelet["clientId"]] * 2


def test_create_generates_ssh_keys(log_in: LogIn) -> None:
    """`--generate-ssh-keys` sends a public key, and the cluster keeps it."""
    here = log_in(**SUBNETLESS)
    here.az(f"aks create -g {GROUP} -n fresh --node-count 1 --generate-ssh-keys")
    keys = here.cluster("fresh")["arm"]["properties"]["linuxProfile"]["ssh"]["publicKeys"]
    assert [key["keyData"].split()[0] for key in keys] == ["ssh-rsa"]


@pytest.mark.expects_incidents("NetworkUnauthorized")
def test_create_grants_the_subnet_only_where_nobody_has_it(log_in: LogIn) -> None:
    """The CLI skips the grant where *any* principal has one: with the old principal's, the identity has none."""
    here = log_in()
    principal = here.az(f"identity create -g {GROUP} -n id-prod")["principalId"]
    create = f"aks create -g {GROUP} --no-ssh-key --assign-identity {IDENTITY_ID} --vnet-subnet-id"
    here.az(f"{create} {SUBNET_ID} -n one")
    assert here.grants(principal) == set()
    here.az(f"{create} {SUBNET_ID}-two -n two")
    assert here.grants(principal) == {(NETWORK_CONTRIBUTOR, f"{SUBNET_ID}-two")}


def test_create_with_a_kubelet_identity_of_ones_own(log_in: LogIn) -> None:
    """The CLI grants Managed Identity Operator on the kubelet identity, and the nodes boot as it."""
    here = log_in(**SUBNETLESS, timing={"role_propagation": "0s"})
    owner = here.az(f"identity create -g {GROUP} -n id-prod")["principalId"]
    kubelet = here.az(f"identity create -g {GROUP} -n id-kube")["clientId"]
    both = f"--assign-identity {IDENTITY_ID} --assign-kubelet-identity {KUBELET_ID}"
    made = here.az(f"aks create -g {GROUP} -n fresh --no-ssh-key {both}")
    assert made["identityProfile"]["kubeletidentity"]["clientId"] == kubelet
    assert {role for role, _ in here.grants(owner)} == {OPERATOR}
    assert {node["kubelet"] for node in here.cluster("fresh")["nodes"]} == {kubelet}


def test_update_to_a_system_assigned_identity(log_in: LogIn) -> None:
    """`--enable-managed-identity` alone: the profile says msi, and the nodes stay on the service principal."""
    here = log_in(**SUBNETLESS)
    updated = here.az(f"aks update {IT} --enable-managed-identity --yes")
    assert updated["identity"]["type"] == "SystemAssigned"
    assert updated["servicePrincipalProfile"]["clientId"] == "msi"
    assert {node["kubelet"] for node in here.cluster()["nodes"]} == {"service-principal"}


def test_update_to_identities_of_ones_own(log_in: LogIn) -> None:
    """`--assign-identity`, then `--assign-kubelet-identity`, which rolls every pool to the kubelet identity."""
    here = log_in(**SUBNETLESS, timing={"role_propagation": "0s"})
    here.az(f"identity create -g {GROUP} -n id-prod")
    kubelet = here.az(f"identity create -g {GROUP} -n id-kube")["clientId"]
    updated = here.az(f"aks update {IT} --enable-managed-identity --assign-identity {IDENTITY_ID} --yes")
    assert list(updated["identity"]["userAssignedIdentities"]) == [IDENTITY_ID]
    updated = here.az(f"aks update {IT} --assign-kubelet-identity {KUBELET_ID} --yes")
    assert updated["identityProfile"]["kubeletidentity"]["clientId"] == kubelet
    assert {node["kubelet"] for node in here.cluster()["nodes"]} == {kubelet}


def test_attach_and_detach_a_registry(log_in: LogIn) -> None:
    """The kubelet identity gets AcrPull, by the registry's name, and loses it, by the registry's id."""
    world = one_cluster(**SUBNETLESS, identity={"system_assigned": True}, role_assignments=[])
    here = log_in(world)
    attached = here.az(f"aks update {IT} --attach-acr {REGISTRY}")
    principal = attached["identityProfile"]["kubeletidentity"]["objectId"]
    assert here.grants(principal) == {(ACR_PULL, REGISTRY_ID)}
    here.az(f"aks update {IT} --detach-acr {REGISTRY_ID}")
    assert here.grants(principal) == set()
