"""Pools that are stopped or have failed, and pools of another kind than scale sets, through the real SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulator.clients import NETWORK_CONTRIBUTOR, clients, without_images
from tests.worlds import CLUSTER, FAMILY, GROUP, NEW_IMAGE, OLD_IMAGE, SUBNET_ID, one_cluster, pool

if TYPE_CHECKING:
    from simulator import Simulator
    from tests.azure_fixture import SimulatorFactory

HOUR = 3600


def world(**changes: Any) -> dict[str, Any]:
    """A cluster whose second pool is special, and which pulls nothing."""
    return one_cluster(node_pools=[pool("system"), pool("user", mode="User", **changes)], pulls_from=[])


def nodes(simulator: Simulator, name: str = "user") -> list[dict[str, str]]:
    return [node for node in simulator.state()["clusters"][0]["nodes"] if node["pool"] == name]


async def start(azure: Any, name: str, power: str = "Running") -> None:
    """Start a pool, or stop it, as `az aks nodepool start` does."""
    document = await azure.aks.agent_pools.get(GROUP, CLUSTER, name)
    document["properties"]["powerState"] = {"code": power}
    del document["properties"]["nodeImageVersion"]
    await azure.aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, name, document, polling=False)


async def test_a_stopped_pool_keeps_its_count_and_runs_no_nodes(simulate: SimulatorFactory) -> None:
    """ARM shows the state and the count; there are no nodes."""
    simulator = simulate(world(power="Stopped"))
    async with clients(simulator) as azure:
        properties = (await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")).properties
    assert (properties.power_state.code, properties.count) == ("Stopped", 3)
    assert nodes(simulator) == []


async def test_a_stopped_pool_can_be_upgraded(simulate: SimulatorFactory) -> None:
    """It gets the new image without a node that rolls, even twice, and its nodes boot with it when it is started."""
    simulator = simulate(world(power="Stopped"), pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("user")
        simulator.advance(HOUR)
        shown = (await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")).properties.node_image_version
        assert (shown, nodes(simulator)) == (f"{FAMILY}-{NEW_IMAGE}", [])
        simulator.publish_image(FAMILY, "202612.01.0")
        await azure.upgrade("user")
        simulator.advance(HOUR)
        await start(azure, "user")
        simulator.advance(HOUR)
    assert [node["image"] for node in nodes(simulator)] == [f"{FAMILY}-202612.01.0"] * 3


async def test_a_pool_that_is_started_after_the_switch_runs_as_the_identity(simulate: SimulatorFactory) -> None:
    """Its nodes boot with the kubelet identity in force, not with what they had when it was stopped."""
    simulator = simulate(world(power="Stopped"), pace=1)
    async with clients(simulator) as azure:
        identity = await azure.identity()
        await azure.grant(identity.principal_id, NETWORK_CONTRIBUTOR, SUBNET_ID)
        simulator.advance(HOUR)
        await azure.switch(identity.id)
        simulator.advance(HOUR)
        await start(azure, "user")
        simulator.advance(HOUR)
    assert {node["kubelet"] for node in nodes(simulator, "system")} == {"service-principal"}
    assert "service-principal" not in {node["kubelet"] for node in nodes(simulator)}


async def test_a_pool_that_is_stopped_loses_its_nodes(simulate: SimulatorFactory) -> None:
    """The count stays, for it comes back to it."""
    simulator = simulate(world(), pace=1)
    async with clients(simulator) as azure:
        await start(azure, "user", "Stopped")
        simulator.advance(HOUR)
    assert nodes(simulator) == []


async def test_nodes_of_a_stopped_pool_ask_for_no_cores(simulate: SimulatorFactory) -> None:
    """Its upgrade needs no surge, so a full quota does not fail it."""
    simulator = simulate(world(power="Stopped") | {"limits": {"cores": 12}}, pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("user")
        simulator.advance(HOUR)
        assert (await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")).properties.provisioning_state == "Succeeded"


@pytest.mark.parametrize("of", ["cluster", "pool"])
async def test_a_put_takes_up_what_has_failed(simulate: SimulatorFactory, of: str) -> None:
    """A cluster or pool that has failed before the world began is Succeeded after a PUT of the cluster; none rolls."""
    described = world(state="Failed") if of == "pool" else world()
    described["clusters"][0]["state"] = "Failed" if of == "cluster" else "Succeeded"
    simulator = simulate(described, pace=1)
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        states = [document.properties.provisioning_state]
        states += [profile.provisioning_state for profile in document.properties.agent_pool_profiles]
        assert "Failed" in states
        await azure.put(document, etag=document.e_tag)
        simulator.advance(HOUR)
        after = (await azure.cluster()).properties
    assert {after.provisioning_state, *(p.provisioning_state for p in after.agent_pool_profiles)} == {"Succeeded"}
    assert {node["image"] for node in nodes(simulator)} == {f"{FAMILY}-{OLD_IMAGE}"}


async def test_an_availability_set_has_no_image_upgrade(simulate: SimulatorFactory) -> None:
    """Its nodes are replaced by scaling or by an upgrade of Kubernetes."""
    simulator = simulate(world(availability="AvailabilitySet"))
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError, match="availability set") as refused:
            await azure.upgrade("user")
        shown = await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")
    assert shown["properties"]["type"] == "AvailabilitySet"
    assert refused.value.status_code == 400
