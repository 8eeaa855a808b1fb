"""Details that recordings of Azure show, apart from any recording."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator import load_world
from simulator.messages import ArmRequest
from simulator.simulation import Reply, Simulation
from tests.worlds import CLUSTER_ID, GROUP, SP_CLIENT_ID, SUBSCRIPTION, one_cluster

GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
NEW_ID = f"{GROUP_ID}/providers/Microsoft.ContainerService/managedClusters/new"


@pytest.fixture
def simulation() -> Simulation:
    return Simulation(load_world(one_cluster()), pace=0.001)


def ask(simulation: Simulation, method: str, path: str, body: Any = None) -> Reply:
    content = json.dumps(body).encode() if body else b""
    return simulation.answer(ArmRequest(method=method, base="https://localhost", path=path, content=content))


def body_of(**properties: Any) -> dict[str, Any]:
    pools = [{"name": "system", "count": 1, "scaleSetPriority": "Regular", "spotMaxPrice": -1.0, "nodeTaints": []}]
    profile = {"clientId": SP_CLIENT_ID, "secret": "x"}
    shown = {"agentPoolProfiles": pools, "servicePrincipalProfile": profile, "addonProfiles": {}} | properties
    return {"location": "westeurope", "properties": shown}


def properties_of(reply: Reply) -> dict[str, Any]:
    return json.loads(reply.content)["properties"]


def test_a_cluster_is_deleted_in_an_operation(simulation: Simulation) -> None:
    """202 without a body or a type, with both headers; the cluster is Deleting, then gone; again: 204."""
    reply = ask(simulation, "DELETE", CLUSTER_ID)
    assert (reply.status, reply.content) == (202, b"")
    assert {"Azure-AsyncOperation", "Location"} <= set(reply.headers)
    assert "Content-Type" not in reply.headers
    assert properties_of(ask(simulation, "GET", CLUSTER_ID))["provisioningState"] == "Deleting"
    simulation.advance(3600)
    assert ask(simulation, "GET", CLUSTER_ID).status == 404
    assert ask(simulation, "DELETE", CLUSTER_ID).status == 204


@pytest.mark.parametrize(("name", "status"), [(GROUP, 204), ("rg-absent", 404)])
def test_a_group_is_looked_for_by_head(simulation: Simulation, name: str, status: int) -> None:
    """204 where the group is, 404 where it is not."""
    assert ask(simulation, "HEAD", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}").status == status


def test_what_goes_without_saying_is_not_shown(simulation: Simulation) -> None:
    """No addons, no taints, a regular priority: sent, and in no answer; outbound addresses come at the end."""
    created = ask(simulation, "PUT", NEW_ID, body_of())
    assert created.status == 201
    shown = properties_of(created)
    assert "addonProfiles" not in shown
    assert {"scaleSetPriority", "spotMaxPrice", "nodeTaints"}.isdisjoint(shown["agentPoolProfiles"][0])
    assert "effectiveOutboundIPs" not in shown["networkProfile"]["loadBalancerProfile"]
    simulation.advance(3600)
    ready = properties_of(ask(simulation, "GET", NEW_ID))
    assert ready["networkProfile"]["loadBalancerProfile"]["effectiveOutboundIPs"]


def test_addons_get_identities_with_the_switch(simulation: Simulation) -> None:
    """An enabled addon shows an identity of its own when the operation is over, and not before."""
    ask(
        simulation,
        "PUT",
        NEW_ID,
        body_of(addonProfiles={"omsagent": {"enabled": True}, "azurepolicy": {"enabled": False}}),
    )
    simulation.advance(3600)
    assert "identity" not in properties_of(ask(simulation, "GET", NEW_ID))["addonProfiles"]["omsagent"]
    switch = body_of() | {"identity": {"type": "SystemAssigned"}}
    accepted = properties_of(ask(simulation, "PUT", NEW_ID, switch))
    assert "identity" not in accepted["addonProfiles"]["omsagent"]
    simulation.advance(3600)
    addons = properties_of(ask(simulation, "GET", NEW_ID))["addonProfiles"]
    assert addons["omsagent"]["identity"]["resourceId"].endswith("/userAssignedIdentities/omsagent-new")
    assert "identity" not in addons["azurepolicy"]
