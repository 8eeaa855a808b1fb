"""Faults arrive as Azure's errors do, as often as they were asked for."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError

from simulator import Simulator, SimulatorError
from simulator.faults_catalogue import CATALOGUE
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import Clients, clients, without_images
from tests.simulator.test_server import control
from tests.worlds import CLUSTER, FAMILY, GROUP, NEW_IMAGE, OLD_IMAGE, one_cluster

ANSWERS = [name for name, error in CATALOGUE.items() if not (error.ends_operation or error.annotates)]
FAILURES = [name for name, error in CATALOGUE.items() if error.ends_operation]
UPGRADE = {"method": "POST", "path": "/upgradeNodeImageVersion$"}


async def reconcile(azure: Clients) -> Any:
    """PUT the cluster as it is."""
    document = without_images(await azure.cluster())
    return await azure.put(document, etag=document.e_tag)


def rolls(simulator: Simulator) -> list[int]:
    """How each request for a roll was answered; 0 for one that was not."""
    return [one.status for one in simulator.journal if one.path.endswith("/upgradeNodeImageVersion")]


def until_written_down(simulator: Simulator) -> None:
    while simulator.held or not rolls(simulator):
        time.sleep(0.001)


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_named_error_arrives_with_its_status_and_code(simulate: SimulatorFactory, name: str) -> None:
    """The SDK's exception carries the code of the catalogue, whichever shape the body has."""
    simulator = simulate(one_cluster())
    simulator.add_faults([{"match": {"cluster": CLUSTER}, "error": name}])
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError) as raised:
            await azure.cluster()
        await azure.cluster()
    error = raised.value
    assert error.status_code == CATALOGUE[name].status
    assert error.error is not None
    assert error.error.code == CATALOGUE[name].code


@pytest.mark.parametrize("name", FAILURES)
async def test_a_named_failure_ends_an_operation(simulate: SimulatorFactory, name: str) -> None:
    """The request is accepted; the poller raises with status 200 and the failure's code."""
    simulator = simulate(one_cluster())
    simulator.add_faults([{"match": UPGRADE, "error": name}])
    async with clients(simulator) as azure:
        poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "system")
        with pytest.raises(HttpResponseError) as raised:
            await poller.result()
        pool = await azure.aks.agent_pools.get(GROUP, CLUSTER, "system")
    assert raised.value.error is not None
    assert (raised.value.status_code, raised.value.error.code) == (200, name)
    assert pool.properties.provisioning_state == "Failed"
    assert pool.properties.node_image_version == f"{FAMILY}-{OLD_IMAGE}"


async def test_a_later_put_resumes_a_failed_upgrade(simulate: SimulatorFactory) -> None:
    """Any PUT on the cluster takes the upgrade up where it stopped."""
    simulator = simulate(one_cluster(), pace=1)
    simulator.add_faults([{"match": UPGRADE, "operation": {"code": "UpgradeFailed", "message": "pdb"}}])
    async with clients(simulator) as azure:
        await azure.upgrade("system")
        simulator.advance(3600)
        await reconcile(azure)
        simulator.advance(3600)
    images = {n["image"] for n in simulator.state()["clusters"][0]["nodes"] if n["pool"] == "system"}
    assert images == {f"{FAMILY}-{NEW_IMAGE}"}


async def test_a_failed_switch_leaves_the_cluster_failed_until_the_next_put(simulate: SimulatorFactory) -> None:
    """The control plane has been switched, the kubelet identity is missing; another PUT makes it."""
    simulator = simulate(one_cluster(node_pools=[{"name": "system"}], pulls_from=[]), pace=1)
    simulator.add_faults([{"match": {"method": "PUT", "cluster": CLUSTER}, "operation": {"code": "Broken"}}])
    async with clients(simulator) as azure:
        await azure.switch((await azure.identity()).id)
        simulator.advance(3600)
        failed = await azure.cluster()
        await reconcile(azure)
        simulator.advance(3600)
        healed = await azure.cluster()
    assert failed.properties.provisioning_state == "Failed"
    assert failed.properties.service_principal_profile.client_id == "msi"
    assert failed.properties.identity_profile is None
    assert healed.properties.provisioning_state == "Succeeded"
    assert healed.properties.identity_profile["kubeletidentity"].client_id


async def test_a_rule_waits_for_its_turn_and_ends(simulate: SimulatorFactory) -> None:
    """`after` requests pass, `times` are hit, the rest pass again; the list tells how often it matched."""
    simulator = simulate(one_cluster())
    answer = {"status": 400, "code": "Odd", "message": "odd"}
    simulator.add_faults([{"name": "odd", "match": {"cluster": CLUSTER}, "after": 1, "times": 2, "answer": answer}])
    statuses = list[int]()
    async with clients(simulator) as azure:
        for _ in range(5):
            with suppress(HttpResponseError):
                await azure.cluster()
            statuses.append(simulator.journal[-1].status)
    assert statuses == [200, 400, 400, 200, 200]
    assert simulator.faults[0]["matched"] == 3


@pytest.mark.parametrize(("drop", "acted"), [(True, False), ("answer", True)])
async def test_a_connection_can_be_lost(simulate: SimulatorFactory, *, drop: bool | str, acted: bool) -> None:
    """The client sees a broken connection; Azure has acted only where the answer was what got lost.

    A POST, for aiohttp sends what is idempotent once more on its own.
    """
    simulator = simulate(one_cluster(), pace=1)
    simulator.add_faults([{"match": UPGRADE, "drop": drop}])
    async with clients(simulator) as azure:
        with pytest.raises((ServiceRequestError, ServiceResponseError)):
            await azure.upgrade("system")
        lost = simulator.journal[-1]
        pool = await azure.aks.agent_pools.get(GROUP, CLUSTER, "system")
    assert lost.status == 0
    assert (pool.properties.provisioning_state == "UpgradingNodeImageVersion") == acted


@pytest.mark.parametrize(("hold", "acted"), [(True, False), ("answer", True)])
async def test_a_request_can_be_held(simulate: SimulatorFactory, *, hold: bool | str, acted: bool) -> None:
    """A breakpoint: the client waits, Azure has acted only where the answer is what is held, and all goes on later."""
    simulator = simulate(one_cluster(), pace=1)
    simulator.add_faults([{"match": UPGRADE, "hold": hold}])
    async with clients(simulator) as azure:
        asking = asyncio.create_task(azure.upgrade("system"))
        held = await asyncio.to_thread(simulator.until_held, 10)
        pool = await azure.aks.agent_pools.get(GROUP, CLUSTER, "system")
        (shown,) = control(simulator, "held")[1]["requests"]
        assert not asking.done()
        simulator.release()
        await asking
    assert held is not None
    assert shown == {"method": "POST", "path": held.path, "acted": acted}
    assert (pool.properties.provisioning_state == "UpgradingNodeImageVersion") == acted
    assert rolls(simulator) == [202]
    assert simulator.held == ()


@pytest.mark.parametrize(("hold", "status"), [(True, 0), ("answer", 202)])
async def test_whoever_asked_may_go_away(simulate: SimulatorFactory, *, hold: bool | str, status: int) -> None:
    """A client that dies at a breakpoint has asked nothing, or has been answered in vain."""
    simulator = simulate(one_cluster(), pace=1)
    simulator.add_faults([{"match": UPGRADE, "hold": hold}])
    async with clients(simulator) as azure:
        asking = asyncio.create_task(azure.upgrade("system"))
        await asyncio.to_thread(simulator.until_held, 10)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        await azure.cluster()
    await asyncio.to_thread(until_written_down, simulator)
    assert rolls(simulator) == [status]


async def test_an_answer_can_be_late(simulate: SimulatorFactory) -> None:
    """A delay is simulated time."""
    simulator = simulate(one_cluster(), pace=36000)
    simulator.add_faults([{"match": {"cluster": CLUSTER}, "delay": 3600}])
    async with clients(simulator) as azure:
        await azure.cluster()
    waited = simulator.journal[-1].at - simulator.journal[0].at
    assert waited.total_seconds() >= 3600


async def test_time_can_stand_still(simulate: SimulatorFactory) -> None:
    """Requests are answered at the same moment until time runs on, from where it stood; only an advance moves it."""
    simulator = simulate(one_cluster(), pace=36000)
    async with clients(simulator) as azure:
        await azure.cluster()
        simulator.pause()
        stood = simulator.state()["now"]
        await azure.cluster()
        assert simulator.state()["now"] == stood
        control(simulator, "clock", {"advance": 60})
        assert simulator.state()["now"] > stood
        control(simulator, "clock", {"paused": False})
        moved = simulator.state()["now"]
        await azure.cluster()
        assert simulator.state()["now"] > moved
        control(simulator, "clock", {"paused": True})
        stood = simulator.state()["now"]
        assert simulator.state()["now"] == stood


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({}, "exactly one"),
        ({"error": "Nonsense"}, "no error is named 'Nonsense'"),
        ({"drop": True, "surprise": 1}, "surprise"),
        ({"drop": True, "match": {"path": "("}}, "match.path"),
    ],
)
def test_a_rule_that_is_not_understood_is_refused(
    simulate: SimulatorFactory, rule: dict[str, Any], complaint: str
) -> None:
    """One sentence says what is wrong."""
    simulator = simulate(one_cluster())
    with pytest.raises(SimulatorError, match=complaint):
        simulator.add_faults([rule])
