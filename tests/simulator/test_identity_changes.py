"""Every way to change what a cluster runs as, beside leaving the service principal for a user-assigned identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulator.clients import (
    ACR_PULL,
    IDENTITY_OPERATOR,
    NETWORK_CONTRIBUTOR,
    Clients,
    clients,
    without_images,
)
from tests.worlds import CLUSTER, GROUP, NETWORK_ID, REGISTRY_ID, SHARED_ID, SUBNET_ID, one_cluster

if TYPE_CHECKING:
    from simulator import Simulator
    from tests.azure_fixture import SimulatorFactory

HOUR = 3600
SYSTEM_ASSIGNED = {"type": "SystemAssigned"}
ZONE = f"{NETWORK_ID}/privateDnsZones/privatelink.westeurope.azmk8s.io"
VAULT = {"name": "kv-prod", "resource_group": "rg-shared"}
CONTROL = [{"name": name, "resource_group": GROUP} for name in ("id-old", "id-kubelet")]


def user_assigned(identity: Any) -> dict[str, Any]:
    return {"type": "UserAssigned", "userAssignedIdentities": {identity.id: {}}}


def migrated(**changes: Any) -> dict[str, Any]:
    """A cluster that runs as a user-assigned identity and pulls nothing."""
    grants = [{"principal": "id-old", "role": "Network Contributor", "scope": SUBNET_ID}]
    return one_cluster(
        pulls_from=[],
        user_assigned_identities=CONTROL,
        role_assignments=grants,
        **{"identity": {"user_assigned": "id-old"}} | changes,
    )


async def assign(azure: Clients, identity: dict[str, Any], kubelet: Any = None) -> None:
    """PUT a cluster with another identity, and a pre-created kubelet identity beside it."""
    document = without_images(await azure.cluster())
    document["identity"] = identity
    if kubelet:
        document["properties"]["identityProfile"] = {"kubeletidentity": {"resourceId": kubelet.id}}
    await azure.put(document, etag=document.e_tag)


async def prepared(azure: Clients, name: str = "id-prod", *, operates: Any = None) -> Any:
    """Create an identity with a right on the subnet, and on a kubelet identity."""
    identity = await azure.identity(name)
    await azure.grant(identity.principal_id, NETWORK_CONTRIBUTOR, SUBNET_ID)
    if operates:
        await azure.grant(identity.principal_id, IDENTITY_OPERATOR, operates.id)
    return identity


def kubelets(simulator: Simulator) -> set[str]:
    return {node["kubelet"] for node in simulator.state()["clusters"][0]["nodes"]}


@pytest.mark.expects_incidents("NetworkUnauthorized")
async def test_a_system_assigned_identity_is_told_at_once_and_the_rest_at_the_end(simulate: SimulatorFactory) -> None:
    """The PUT's own answer has the principal; kubelet and add-on identities come when it has succeeded."""
    simulator = simulate(one_cluster(pulls_from=[], addons=["azurepolicy"]), pace=1)
    async with clients(simulator) as azure:
        await assign(azure, SYSTEM_ASSIGNED)
        answer = simulator.journal[-1].response_body
        simulator.advance(HOUR)
        after = await azure.cluster()
    assert answer["properties"]["servicePrincipalProfile"] == {"clientId": "msi"}
    assert "identityProfile" not in answer["properties"]
    assert "identity" not in answer["properties"]["addonProfiles"]["azurepolicy"]
    assert after.identity.principal_id == answer["identity"]["principalId"]
    assert after.properties.identity_profile["kubeletidentity"].resource_id.endswith(f"/{CLUSTER}-agentpool")
    assert after.properties.addon_profiles["azurepolicy"].identity.object_id


@pytest.mark.expects_incidents("NetworkUnauthorized")
async def test_nothing_can_be_granted_before_a_system_assigned_identity_is_there(simulate: SimulatorFactory) -> None:
    """Its principal takes a grant while the PUT goes on; without its type only when the directory has it."""
    simulator = simulate(one_cluster(pulls_from=[]), pace=1)
    async with clients(simulator) as azure:
        await assign(azure, SYSTEM_ASSIGNED)
        principal = simulator.journal[-1].response_body["identity"]["principalId"]
        with pytest.raises(HttpResponseError, match="does not exist in the directory"):
            await azure.grant(principal, ACR_PULL, REGISTRY_ID, principalType=None)
        await azure.grant(principal, NETWORK_CONTRIBUTOR, SUBNET_ID)
        simulator.advance(HOUR)
        await azure.grant(principal, ACR_PULL, REGISTRY_ID, principalType=None)
        assert (await azure.cluster()).properties.provisioning_state == "Succeeded"
    assert len(simulator.incidents) == 1


@pytest.mark.parametrize(
    ("changes", "feature"),
    [
        ({"network": {"private_dns_zone": ZONE}}, "custom private DNS zone"),
        ({"key_vaults": [VAULT], "kms": {"vault": "kv-prod"}}, "Azure Key Vault KMS"),
    ],
)
async def test_a_system_assigned_identity_is_refused_where_it_is_not_supported(
    simulate: SimulatorFactory, changes: dict[str, Any], feature: str
) -> None:
    """A private DNS zone of one's own, and KMS, want a user-assigned one; nothing changes."""
    simulator = simulate(one_cluster(pulls_from=[], **changes), pace=1)
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError, match=feature) as refused:
            await assign(azure, SYSTEM_ASSIGNED)
        assert (await azure.cluster()).identity is None
    assert refused.value.status_code == 400


async def test_from_a_system_assigned_to_a_user_assigned_identity(simulate: SimulatorFactory) -> None:
    """Ids of the new one come at the end, nodes and kubelet stay, and the old principal leaves the directory."""
    grants = [{"principal": "cluster:prod-weu-01", "role": "Network Contributor", "scope": SUBNET_ID}]
    world = one_cluster(pulls_from=[], identity={"system_assigned": True}, role_assignments=grants)
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        before = await azure.cluster()
        identity = await prepared(azure)
        await azure.grant(before.identity.principal_id, ACR_PULL, REGISTRY_ID, principalType=None)
        simulator.advance(HOUR)
        nodes = simulator.state()["clusters"][0]["nodes"]
        await assign(azure, user_assigned(identity))
        assert simulator.journal[-1].response_body["identity"] == user_assigned(identity)
        simulator.advance(HOUR)
        after = await azure.cluster()
        with pytest.raises(HttpResponseError, match="does not exist in the directory"):
            await azure.grant(before.identity.principal_id, ACR_PULL, SHARED_ID, principalType=None)
    assert after.identity.user_assigned_identities[identity.id].principal_id == identity.principal_id
    assert after.properties.identity_profile == before.properties.identity_profile
    assert simulator.state()["clusters"][0]["nodes"] == nodes


async def test_from_one_user_assigned_identity_to_another(simulate: SimulatorFactory) -> None:
    """The same; the one before is left as it is."""
    simulator = simulate(migrated(), pace=1)
    async with clients(simulator) as azure:
        identity = await prepared(azure)
        simulator.advance(HOUR)
        await assign(azure, user_assigned(identity))
        assert simulator.journal[-1].response_body["identity"] == user_assigned(identity)
        simulator.advance(HOUR)
        after = await azure.cluster()
        assert (await azure.msi.user_assigned_identities.get(GROUP, "id-old")).principal_id
    assert after.identity.user_assigned_identities[identity.id].client_id == identity.client_id


@pytest.mark.expects_incidents("NetworkUnauthorized")
async def test_the_new_identity_needs_what_the_old_one_had(simulate: SimulatorFactory) -> None:
    """Between managed identities a missing right is an incident as well."""
    simulator = simulate(migrated(), pace=1)
    async with clients(simulator) as azure:
        await assign(azure, user_assigned(await azure.identity()))


async def test_a_precreated_kubelet_identity_later_rolls_every_pool(simulate: SimulatorFactory) -> None:
    """A cluster that has AKS's kubelet identity takes another one with a PUT, which replaces all nodes."""
    simulator = simulate(migrated(), pace=1)
    async with clients(simulator) as azure:
        control, kubelet = await azure.identity("id-old"), await azure.identity("id-kubelet")
        await azure.grant(control.principal_id, IDENTITY_OPERATOR, kubelet.id)
        simulator.advance(HOUR)
        before = kubelets(simulator)
        await assign(azure, user_assigned(control), kubelet)
        simulator.advance(HOUR)
    assert kubelets(simulator) == {kubelet.client_id} != before


@pytest.mark.parametrize("operates", [True, False])
async def test_another_control_plane_must_operate_the_kubelet_identity(
    simulate: SimulatorFactory, *, operates: bool
) -> None:
    """A pre-created kubelet identity that stays wants Managed Identity Operator of the new control plane, too."""
    simulator = simulate(migrated(identity={"user_assigned": "id-old", "kubelet": "id-kubelet"}), pace=1)
    async with clients(simulator) as azure:
        kubelet = await azure.identity("id-kubelet")
        identity = await prepared(azure, operates=kubelet if operates else None)
        simulator.advance(HOUR)
        if operates:
            await assign(azure, user_assigned(identity))
        else:
            with pytest.raises(HttpResponseError, match="Managed Identity Operator"):
                await assign(azure, user_assigned(identity))
        simulator.advance(HOUR)
    assert kubelets(simulator) == {kubelet.client_id}


async def test_a_system_assigned_control_plane_operates_no_kubelet_identity(simulate: SimulatorFactory) -> None:
    """A cluster with a pre-created kubelet identity keeps a user-assigned control plane."""
    simulator = simulate(migrated(identity={"user_assigned": "id-old", "kubelet": "id-kubelet"}), pace=1)
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError, match="CustomKubeletIdentityOnlySupported"):
            await assign(azure, SYSTEM_ASSIGNED)


@pytest.mark.parametrize("answer", ["accepted", "refused"])
async def test_both_identities_in_one_put(simulate: SimulatorFactory, answer: str) -> None:
    """No source tells whether a cluster may leave its service principal and bring a kubelet identity at once."""
    simulator = simulate(one_cluster(pulls_from=[], behaviour={"same_put_kubelet": answer}), pace=1)
    async with clients(simulator) as azure:
        kubelet = await azure.identity("id-kubelet")
        identity = await prepared(azure, operates=kubelet)
        simulator.advance(HOUR)
        if answer == "refused":
            with pytest.raises(HttpResponseError) as refused:
                await assign(azure, user_assigned(identity), kubelet)
            assert refused.value.status_code == 400
            assert (await azure.cluster()).identity is None
            await assign(azure, user_assigned(identity))
            simulator.advance(HOUR)
        await assign(azure, user_assigned(identity), kubelet)
        simulator.advance(HOUR)
    assert kubelets(simulator) == {kubelet.client_id}
