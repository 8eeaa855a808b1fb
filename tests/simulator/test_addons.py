"""What add-ons run as before the switch and after it, through the real SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.clients import clients
from tests.worlds import CLUSTER, GROUP, NODE_GROUP_ID, one_cluster

if TYPE_CHECKING:
    from simulator import Simulator
    from tests.azure_fixture import SimulatorFactory

PLAIN = {"pulls_from": [], "node_pools": [{"name": "system"}], "addons": ["omsagent", "azurepolicy"]}


def identities(simulator: Simulator) -> dict[str, Any]:
    """The identity of each add-on, None where it has none."""
    profiles = simulator.state()["clusters"][0]["arm"]["properties"]["addonProfiles"]
    return {name: profile.get("identity") for name, profile in profiles.items()}


async def test_identities_appear_when_the_switch_is_over(simulate: SimulatorFactory) -> None:
    """Not at its acceptance: add-on identities are made in the node resource group, named after the add-on."""
    simulator = simulate(one_cluster(**PLAIN, timing={"update": "9h"}))
    async with clients(simulator) as azure:
        await azure.switch((await azure.identity()).id)
        assert identities(simulator) == {"omsagent": None, "azurepolicy": None}
        simulator.advance(10 * 3600)
    made = f"{NODE_GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities".lower()
    assert {name: it["resourceId"].lower() for name, it in identities(simulator).items()} == {
        name: f"{made}/{name}-{CLUSTER}" for name in ("omsagent", "azurepolicy")
    }


async def test_a_failed_switch_makes_none(simulate: SimulatorFactory) -> None:
    """The add-ons of a cluster whose switch failed have no identity."""
    simulator = simulate(one_cluster(**PLAIN))
    simulator.add_faults(
        [{"match": {"method": "PUT", "path": "managedClusters"}, "operation": {"code": "InternalError"}}]
    )
    async with clients(simulator) as azure:
        await azure.switch((await azure.identity()).id)
        simulator.advance(3600)
    assert identities(simulator) == {"omsagent": None, "azurepolicy": None}


@pytest.mark.foreign_client("enables an add-on without If-Match")
async def test_an_addon_that_is_enabled_later_has_one(simulate: SimulatorFactory) -> None:
    """On a cluster with a managed identity a new add-on gets its identity with the PUT that enables it."""
    simulator = simulate(one_cluster(**PLAIN | {"addons": []}, identity={"system_assigned": True}))
    async with clients(simulator) as azure:
        document = await azure.cluster()
        document["properties"]["addonProfiles"] = {"azurepolicy": {"enabled": True}}
        await azure.aks.managed_clusters.begin_create_or_update(GROUP, CLUSTER, document, polling=False)
        simulator.advance(3600)
    assert identities(simulator)["azurepolicy"]["clientId"]
