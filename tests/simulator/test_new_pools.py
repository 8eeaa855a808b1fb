"""Agent pools that are added to a cluster, and operations that tell clients when to ask again, through the real SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.core.rest import HttpRequest

from tests.simulator.clients import clients
from tests.worlds import CLUSTER, FAMILY, GROUP, NEW_IMAGE, SP_CLIENT_ID, SUBNET_ID, one_cluster

if TYPE_CHECKING:
    from simulator import Simulator
    from tests.azure_fixture import SimulatorFactory

EXTRA = {"properties": {"count": 2, "mode": "User", "vnetSubnetID": SUBNET_ID}}


async def add(azure: Any, name: str = "extra", document: Any = EXTRA) -> Any:
    """Add a pool without waiting for its operation."""
    return await azure.aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, name, document, polling=False)


def nodes(simulator: Simulator) -> list[tuple[str, str]]:
    """The image and the kubelet's identity of each node of the added pool."""
    found = simulator.state()["clusters"][0]["nodes"]
    return [(node["image"], node["kubelet"]) for node in found if node["pool"] == "extra"]


async def test_nodes_boot_when_the_operation_is_over(simulate: SimulatorFactory) -> None:
    """A pool is answered 201 and is Creating without nodes; then they are there, on the newest image."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        await add(azure)
        assert (simulator.journal[-1].status, nodes(simulator)) == (201, [])
        assert (await azure.aks.agent_pools.get(GROUP, CLUSTER, "extra")).properties.provisioning_state == "Creating"
        simulator.advance(3600)
    assert nodes(simulator) == [(f"{FAMILY}-{NEW_IMAGE}", "service-principal")] * 2


@pytest.mark.expects_incidents("NetworkUnauthorized", "ImagePullFailed")
async def test_nodes_of_a_pool_added_after_the_switch_run_as_the_identity(simulate: SimulatorFactory) -> None:
    """A new pool is born with the kubelet identity in force, while the others still run as the principal."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        await azure.switch((await azure.identity()).id)
        simulator.advance(3600)
        await add(azure)
        simulator.advance(3600)
        kubelet = (await azure.cluster()).properties.identity_profile["kubeletidentity"].client_id
    assert {identity for _, identity in nodes(simulator)} == {kubelet}
    assert kubelet != SP_CLIENT_ID


async def test_a_pool_waits_for_its_cluster(simulate: SimulatorFactory) -> None:
    """While the cluster is being changed no pool is added."""
    simulator = simulate(one_cluster(operation_in_progress={"ends_after": "9h"}), pace=1)
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError) as refused:
            await add(azure)
    assert refused.value.status_code == 409
    assert "(OperationNotAllowed)" in str(refused.value)


async def test_a_pool_of_a_system_without_images_is_refused(simulate: SimulatorFactory) -> None:
    """A world that publishes no Windows image has no Windows nodes."""
    async with clients(simulate(one_cluster())) as azure:
        with pytest.raises(HttpResponseError) as refused:
            await add(azure, "win", {"properties": {"count": 1, "osType": "Windows"}})
    assert refused.value.status_code == 400


@pytest.mark.parametrize(("behaviour", "told"), [({}, set[str | None]({None})), ({"operation_retry_after": 7}, {"7"})])
async def test_clients_are_told_when_to_ask_only_where_a_world_says_so(
    simulate: SimulatorFactory, behaviour: dict[str, int], told: set[str | None]
) -> None:
    """Azure sends no Retry-After with operations; a world may, with the PUT, the POST and each status."""
    simulator = simulate(one_cluster(behaviour=behaviour), pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("user")
        await add(azure, "system")
        status = simulator.journal[-1].response_headers["Azure-AsyncOperation"]
        await azure.aks.send_request(HttpRequest("GET", status))
    answers = simulator.journal[-3:]
    assert [exchange.method for exchange in answers] == ["POST", "PUT", "GET"]
    assert {exchange.response_headers.get("Retry-After") for exchange in answers} == told
