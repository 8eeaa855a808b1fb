"""Switching a cluster to a managed identity: what ARM shows, when, and what nodes run as meanwhile."""

from __future__ import annotations

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import ACR_PULL, NETWORK_CONTRIBUTOR, Clients, clients, without_images
from tests.worlds import (
    CLUSTER,
    FAMILY,
    GROUP,
    IDENTITY_ID,
    NEW_IMAGE,
    OLD_IMAGE,
    REGISTRY_ID,
    SP_CLIENT_ID,
    SUBNET_ID,
    one_cluster,
)

HOUR = 3600


async def prepared(azure: Clients) -> str:
    """Create the identity and grant it the subnet; gives its id."""
    identity = await azure.identity()
    await azure.grant(identity.principal_id, NETWORK_CONTRIBUTOR, SUBNET_ID)
    return str(identity.id)


async def test_the_put_answers_msi_at_once_and_ids_only_when_it_has_succeeded(
    simulate: SimulatorFactory,
) -> None:
    """The answer to the PUT says `msi` and Updating; identity ids and the kubelet identity come at the end."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        before = await azure.cluster()
        identity = await prepared(azure)
        simulator.advance(HOUR)
        await azure.switch(identity)
        answer = simulator.journal[-1].response_body
        simulator.advance(HOUR)
        after = await azure.cluster()

    assert before.identity is None
    assert before.properties.service_principal_profile.client_id == SP_CLIENT_ID
    assert answer["properties"]["servicePrincipalProfile"] == {"clientId": "msi"}
    assert answer["properties"]["provisioningState"] == "Updating"
    assert {p["provisioningState"] for p in answer["properties"]["agentPoolProfiles"]} == {"Updating"}
    assert answer["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}
    assert "identityProfile" not in answer["properties"]
    assert after.properties.provisioning_state == "Succeeded"
    assert after.identity.user_assigned_identities[identity].principal_id
    assert after.properties.identity_profile["kubeletidentity"].resource_id.endswith(f"/{CLUSTER}-agentpool")


async def test_nodes_keep_the_service_principal_until_they_are_reimaged(simulate: SimulatorFactory) -> None:
    """After the switch kubelets still run as the service principal; an upgraded pool's run as the identity."""
    simulator = simulate(one_cluster(pulls_from=[]), pace=1)
    async with clients(simulator) as azure:
        identity = await prepared(azure)
        simulator.advance(HOUR)
        await azure.switch(identity)
        simulator.advance(HOUR)
        switched = simulator.state()["clusters"][0]["nodes"]
        await azure.upgrade("system")
        simulator.advance(HOUR)
        cluster = await azure.cluster()
    kubelet = cluster.properties.identity_profile["kubeletidentity"].client_id
    after = simulator.state()["clusters"][0]["nodes"]
    assert {node["kubelet"] for node in switched} == {"service-principal"}
    assert {node["kubelet"] for node in after if node["pool"] == "system"} == {kubelet}
    assert {node["image"] for node in after if node["pool"] == "system"} == {f"{FAMILY}-{NEW_IMAGE}"}
    assert {node["kubelet"] for node in after if node["pool"] == "user"} == {"service-principal"}


async def test_nodes_of_a_scale_up_boot_with_the_identity_in_force(simulate: SimulatorFactory) -> None:
    """A pool that is scaled after the switch holds nodes of both kinds."""
    simulator = simulate(one_cluster(pulls_from=[]), pace=1)
    async with clients(simulator) as azure:
        identity = await prepared(azure)
        simulator.advance(HOUR)
        await azure.switch(identity)
        simulator.advance(HOUR)
        pool = await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")
        pool["properties"]["count"] = 3
        del pool["properties"]["nodeImageVersion"]
        await azure.aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, "user", pool, polling=False)
        assert simulator.journal[-1].response_body["properties"]["provisioningState"] == "Scaling"
        simulator.advance(HOUR)
    kubelets = [n["kubelet"] for n in simulator.state()["clusters"][0]["nodes"] if n["pool"] == "user"]
    assert kubelets[:2] == ["service-principal"] * 2
    assert kubelets[2] != "service-principal"


async def test_where_the_switch_reimages_nodes_every_pool_rolls_in_turn(simulate: SimulatorFactory) -> None:
    """Under the other documented behaviour the PUT itself replaces the nodes, one pool after the other."""
    world = one_cluster(pulls_from=[], behaviour={"switch_reimages_nodes": True})
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        identity = await prepared(azure)
        simulator.advance(HOUR)
        await azure.switch(identity)
        simulator.advance(14 * 60)
        halfway = simulator.state()["clusters"][0]["nodes"]
        simulator.advance(HOUR)
    after = simulator.state()["clusters"][0]["nodes"]
    assert {n["pool"] for n in halfway if n["kubelet"] != "service-principal"} == {"system"}
    assert {n["image"] for n in after} == {f"{FAMILY}-{OLD_IMAGE}"}
    assert "service-principal" not in {n["kubelet"] for n in after}


async def test_an_identity_that_does_not_exist_is_refused(simulate: SimulatorFactory) -> None:
    """The PUT of an unknown user-assigned identity is a 400, and nothing changes."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        with pytest.raises(Exception, match="was not found") as refused:
            await azure.switch(IDENTITY_ID)
        assert getattr(refused.value, "status_code", None) == 400
        assert (await azure.cluster()).identity is None


async def test_a_put_keeps_what_it_does_not_name_and_replaces_tags(simulate: SimulatorFactory) -> None:
    """Absent and empty properties stay; unknown ones are kept; the body's tags are all there is afterwards."""
    world = one_cluster(
        tags={"owner": "platform", "env": "prod"},
        extra_properties={"nodeDisruptionProfile": {"nodeDisruptionPolicy": "Allow"}},
    )
    simulator = simulate(world)
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        document["properties"]["storageProfile"] = {}
        del document["properties"]["networkProfile"]
        document["tags"] = {"owner": "platform"}
        await azure.put(document, etag=document.e_tag)
        after = await azure.cluster()
    assert after.tags == {"owner": "platform"}
    assert after["properties"]["storageProfile"]["diskCSIDriver"] == {"enabled": True}
    assert after["properties"]["networkProfile"]["networkPlugin"] == "azure"
    assert after["properties"]["nodeDisruptionProfile"] == {"nodeDisruptionPolicy": "Allow"}


async def test_a_service_principal_cannot_be_exchanged(simulate: SimulatorFactory) -> None:
    """A PUT that names another service principal is refused."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        document["properties"]["servicePrincipalProfile"] = {"clientId": "another"}
        with pytest.raises(Exception, match="service principal profile is not allowed"):
            await azure.put(document, etag=document.e_tag)


async def test_a_system_assigned_identity_shows_its_principal_at_once(simulate: SimulatorFactory) -> None:
    """Of a system-assigned identity the answer to the PUT already tells the principal."""
    world = one_cluster(node_pools=[{"name": "system"}], pulls_from=[])
    simulator = simulate(world)
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        document["identity"] = {"type": "SystemAssigned"}
        await azure.put(document, etag=document.e_tag)
    assert simulator.journal[-1].response_body["identity"]["principalId"]


async def test_a_migration_in_the_right_order_has_no_incident(simulate: SimulatorFactory) -> None:
    """Grants first and aged, then the switch, the kubelet's pull right aged, then pool after pool."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        identity = await prepared(azure)
        simulator.advance(HOUR)
        await azure.switch(identity)
        simulator.advance(HOUR)
        cluster = await azure.cluster()
        kubelet = cluster.properties.identity_profile["kubeletidentity"]
        await azure.grant(kubelet.object_id, ACR_PULL, REGISTRY_ID)
        simulator.advance(HOUR)
        for pool in ("system", "user"):
            await azure.upgrade(pool)
            simulator.advance(HOUR)
    nodes = simulator.state()["clusters"][0]["nodes"]
    assert {node["kubelet"] for node in nodes} == {kubelet.client_id}
    assert simulator.incidents == []
