"""Upgrades of a pool's Kubernetes, which replace its nodes whatever their image is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulator.clients import clients, without_images
from tests.worlds import CLUSTER, FAMILY, GROUP, NEW_IMAGE, NODE_GROUP_ID, one_cluster, pool

if TYPE_CHECKING:
    from simulator import Simulator
    from tests.azure_fixture import SimulatorFactory

HOUR = 3600


def world(**changes: Any) -> dict[str, Any]:
    """A control plane that is ahead of its second pool, which has the newest image."""
    behind = pool("user", mode="User", kubernetes_version="1.32.7", image="newest")
    return one_cluster(node_pools=[pool("system"), behind], pulls_from=[], kubernetes_version="1.33.2", **changes)


async def upgrade(azure: Any, version: str, name: str = "user") -> None:
    """Upgrade a pool's Kubernetes, as `az aks nodepool upgrade` does."""
    document = await azure.aks.agent_pools.get(GROUP, CLUSTER, name)
    document["properties"]["orchestratorVersion"] = version
    document["properties"].pop("nodeImageVersion", None)
    await azure.aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, name, document, polling=False)


def images(simulator: Simulator, name: str) -> set[str]:
    return {node["image"] for node in simulator.state()["clusters"][0]["nodes"] if node["pool"] == name}


async def test_the_upgrade_profile_tells_what_there_is(simulate: SimulatorFactory) -> None:
    """A pool behind its control plane may take the control plane's version, one beside it none."""
    async with clients(simulate(world())) as azure:
        behind = await azure.aks.agent_pools.get_upgrade_profile(GROUP, CLUSTER, "user")
        beside = await azure.aks.agent_pools.get_upgrade_profile(GROUP, CLUSTER, "system")
    assert [upgrade.kubernetes_version for upgrade in behind.properties.upgrades] == ["1.33.2"]
    assert behind.properties.kubernetes_version == "1.32.7"
    assert beside.properties.upgrades == []


async def test_an_upgrade_rolls_the_pool_to_the_newest_image(simulate: SimulatorFactory) -> None:
    """The version that is asked for is shown at once, the one that nodes have when they have rolled."""
    simulator = simulate(world(), pace=1)
    simulator.publish_image(FAMILY, "202612.01.0")
    async with clients(simulator) as azure:
        await upgrade(azure, "1.33.2")
        answer = simulator.journal[-1].response_body["properties"]
        assert images(simulator, "user") == {f"{FAMILY}-{NEW_IMAGE}"}
        simulator.advance(HOUR)
        after = (await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")).properties
    assert answer["provisioningState"] == "Upgrading"
    assert (answer["orchestratorVersion"], answer["currentOrchestratorVersion"]) == ("1.33.2", "1.32.7")
    assert (after.orchestrator_version, after.current_orchestrator_version) == ("1.33.2", "1.33.2")
    assert images(simulator, "user") == {f"{FAMILY}-202612.01.0"}


@pytest.mark.expects_incidents("UnplannedNodeRoll")
async def test_nodes_roll_though_they_have_the_newest_image(simulate: SimulatorFactory) -> None:
    """The ledger sees the roll: a second one beside it, where owners wanted one at a time, is an incident."""
    simulator = simulate(world(), pace=1)
    async with clients(simulator) as azure:
        await upgrade(azure, "1.33.2")
        await azure.upgrade("system")


async def test_a_pool_never_goes_ahead_of_its_control_plane(simulate: SimulatorFactory) -> None:
    """A higher version than the control plane's is a 400, and nothing changes."""
    async with clients(simulate(world())) as azure:
        with pytest.raises(HttpResponseError, match="NodePoolMcVersionIncompatible") as refused:
            await upgrade(azure, "1.34.0")
        assert (await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")).properties.orchestrator_version == "1.32.7"
    assert refused.value.status_code == 400


async def test_nothing_leads_back(simulate: SimulatorFactory) -> None:
    """A lower version than the pool's is a 400."""
    async with clients(simulate(world())) as azure:
        with pytest.raises(HttpResponseError, match=r"1\.33\.2 to 1\.32\.7 is not allowed"):
            await upgrade(azure, "1.32.7", "system")


async def test_an_upgrade_that_fails_is_taken_up_by_the_next_put(simulate: SimulatorFactory) -> None:
    """Nodes stay as they are until then."""
    simulator = simulate(world(), pace=1)
    simulator.publish_image(FAMILY, "202612.01.0")
    fault = {"match": {"method": "PUT", "path": "agentPools"}, "operation": {"code": "InternalError"}, "times": 1}
    simulator.add_faults([fault])
    async with clients(simulator) as azure:
        await upgrade(azure, "1.33.2")
        simulator.advance(HOUR)
        failed = (await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")).properties
        assert (failed.provisioning_state, failed.current_orchestrator_version) == ("Failed", "1.32.7")
        await upgrade(azure, "1.33.2")
        simulator.advance(HOUR)
        after = (await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")).properties
    assert (after.provisioning_state, after.current_orchestrator_version) == ("Succeeded", "1.33.2")


async def test_a_put_of_the_cluster_lets_a_pool_catch_up(simulate: SimulatorFactory) -> None:
    """A body whose pools have the control plane's version rolls those that are behind."""
    simulator = simulate(world(), pace=1)
    simulator.publish_image(FAMILY, "202612.01.0")
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        for profile in document["properties"]["agentPoolProfiles"]:
            profile["orchestratorVersion"] = "1.33.2"
        await azure.put(document, etag=document.e_tag)
        simulator.advance(HOUR)
        after = (await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")).properties
    assert after.current_orchestrator_version == "1.33.2"
    assert images(simulator, "user") == {f"{FAMILY}-202612.01.0"}


async def test_a_lock_on_the_node_group_refuses_it(simulate: SimulatorFactory) -> None:
    """An upgrade of Kubernetes replaces nodes, which the lock forbids."""
    locks = [{"name": "keep", "scope": NODE_GROUP_ID, "level": "CanNotDelete"}]
    async with clients(simulate(world(locks=locks))) as azure:
        with pytest.raises(HttpResponseError, match="ScopeLocked"):
            await upgrade(azure, "1.33.2")
