"""Rolls that fail: budgets that permit no eviction, and a quota without room for a surge."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from azure.core.exceptions import HttpResponseError

from simulator import SimulatorError
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import Clients, clients, without_images
from tests.worlds import CLUSTER, FAMILY, GROUP, IDENTITY_ID, NEW_IMAGE, OLD_IMAGE, one_cluster, pool

if TYPE_CHECKING:
    from simulator import Simulator

HOUR = 3600
BUDGET = {"namespace": "shop", "name": "checkout", "blocks": ["user"]}


def world(**changes: Any) -> dict[str, Any]:
    """Two pools of 3 and 2 nodes with 4 cores each, outside any network."""
    settings: dict[str, Any] = {
        "pulls_from": [],
        "node_pools": [pool("system", subnet=None), pool("user", mode="User", count=2, subnet=None)],
        "user_assigned_identities": [{"name": "id-prod", "resource_group": GROUP}],
    }
    return one_cluster(**(settings | changes))


async def failure(azure: Clients, name: str) -> tuple[str, str]:
    """Upgrade a pool whose upgrade fails: the code and the message."""
    poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, name)
    with pytest.raises(HttpResponseError) as raised:
        await poller.result()
    assert raised.value.status_code == 200
    assert raised.value.error is not None
    return str(raised.value.error.code), str(raised.value.error.message)


async def state(azure: Clients, name: str) -> tuple[str, str]:
    """A pool's state and image."""
    found = await azure.aks.agent_pools.get(GROUP, CLUSTER, name)
    return found.properties.provisioning_state, found.properties.node_image_version


async def test_a_budget_fails_the_upgrade_of_the_pool_that_it_blocks(simulate: SimulatorFactory) -> None:
    """The operation and the pool fail and the image stays; another pool is upgraded."""
    simulator = simulate(world(pod_disruption_budgets=[BUDGET]))
    async with clients(simulator) as azure:
        code, message = await failure(azure, "user")
        other = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "system")
        await other.result()
        blocked, upgraded = await state(azure, "user"), await state(azure, "system")
    assert code == "UpgradeFailed"
    assert "PDB debug info: shop/checkout-0 blocked by pdb checkout with 0 unready pods" in message
    assert blocked == ("Failed", f"{FAMILY}-{OLD_IMAGE}")
    assert upgraded == ("Succeeded", f"{FAMILY}-{NEW_IMAGE}")


@pytest.mark.parametrize("resume", ["upgrade", "put"])
async def test_without_the_budget_the_upgrade_succeeds(simulate: SimulatorFactory, resume: str) -> None:
    """Once the owners have removed the budget, a new upgrade or any PUT brings the pool to its image."""
    simulator = simulate(world(pod_disruption_budgets=[BUDGET]), pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("user")
        simulator.advance(HOUR)
        simulator.remove_budget(CLUSTER, "checkout")
        if resume == "upgrade":
            await azure.upgrade("user")
        else:
            document = without_images(await azure.cluster())
            await azure.put(document, etag=document.e_tag)
        simulator.advance(HOUR)
        after = await state(azure, "user")
    assert after == ("Succeeded", f"{FAMILY}-{NEW_IMAGE}")


@pytest.mark.parametrize("what", ["cluster", "pool"])
async def test_a_put_does_not_help_while_the_budget_is_there(simulate: SimulatorFactory, what: str) -> None:
    """A PUT on the cluster or on the pool resumes the upgrade, which fails again."""
    simulator = simulate(world(pod_disruption_budgets=[BUDGET]), pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("user")
        simulator.advance(HOUR)
        if what == "cluster":
            document = without_images(await azure.cluster())
            await azure.put(document, etag=document.e_tag)
        else:
            user = await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")
            del user["properties"]["nodeImageVersion"]
            await azure.aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, "user", user, polling=False)
        simulator.advance(HOUR)
        assert await state(azure, "user") == ("Failed", f"{FAMILY}-{OLD_IMAGE}")


async def test_a_switch_that_rolls_fails_on_a_budget_and_ends_well_without_it(simulate: SimulatorFactory) -> None:
    """Where the PUT itself re-images, it fails as a whole; a second one after the budget is gone ends the switch."""
    settings = world(pod_disruption_budgets=[BUDGET], behaviour={"switch_reimages_nodes": True})
    simulator = simulate(settings, pace=1)
    async with clients(simulator) as azure:
        await azure.switch(IDENTITY_ID)
        simulator.advance(HOUR)
        failed = await azure.cluster()
        simulator.remove_budget(CLUSTER, "checkout")
        await azure.switch(IDENTITY_ID)
        simulator.advance(HOUR)
        healed = await azure.cluster()
    kubelet = healed.properties.identity_profile["kubeletidentity"].client_id
    assert failed.properties.provisioning_state == "Failed"
    assert {node["kubelet"] for node in simulator.state()["clusters"][0]["nodes"]} == {kubelet}


async def test_the_control_surface_removes_a_budget(simulate: SimulatorFactory) -> None:
    """Over HTTP as from a test; a budget that is not there is told."""
    simulator = simulate(world(pod_disruption_budgets=[BUDGET]))
    assert removed(simulator) == {"removed": "checkout"}
    with pytest.raises(SimulatorError, match="No pod disruption budget"):
        simulator.remove_budget(CLUSTER, "checkout")
    async with clients(simulator) as azure:
        poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "user")
        await poller.result()


def removed(simulator: Simulator) -> Any:
    """Ask the control surface to take the budget away."""
    trust = ssl.create_default_context(cafile=str(simulator.ca))
    body = json.dumps({"cluster": CLUSTER, "name": "checkout"}).encode()
    with urlopen(f"{simulator.arm}/_simulator/budgets/remove", data=body, context=trust) as answer:
        return json.load(answer)


@pytest.mark.parametrize(("surge", "cores", "fits"), [("1", 24, True), ("1", 23, False), ("50%", 27, False)])
async def test_a_surge_needs_room_in_the_quota(
    simulate: SimulatorFactory, surge: str, cores: int, *, fits: bool
) -> None:
    """20 cores are in use: one node more needs 24, and half of three nodes is two."""
    pools = [pool("system", subnet=None, max_surge=surge), pool("user", mode="User", count=2, subnet=None)]
    simulator = simulate(world(node_pools=pools, limits={"cores": cores}))
    async with clients(simulator) as azure:
        if fits:
            poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "system")
            await poller.result()
            return
        code, message = await failure(azure, "system")
    needed = 4 if surge == "1" else 8
    assert code == "QuotaExceeded"
    assert f"Current Limit: {cores}, Current Usage: 20, Additional Required: {needed}" in message
