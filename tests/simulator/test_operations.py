"""Operations: what may run beside what, what is refused, and how clients follow them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
    ResourceNotModifiedError,
)

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import Clients, clients, without_images
from tests.worlds import CLUSTER, CLUSTER_ID, FAMILY, GROUP, NEW_IMAGE, NODE_GROUP_ID, OLD_IMAGE, one_cluster

HOUR = 3600


async def reconcile(azure: Clients, etag: str | None = None) -> Any:
    """PUT the cluster as it is."""
    document = without_images(await azure.cluster())
    return await azure.put(document, etag=etag or document.e_tag)


def code(error: pytest.ExceptionInfo[HttpResponseError]) -> str | None:
    """The code that Azure gave."""
    return error.value.error.code if error.value.error else None


async def test_an_upgrade_changes_only_its_pool(simulate: SimulatorFactory) -> None:
    """While a pool is upgraded the cluster stays Succeeded; only the pool's eTag moves."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        before = await azure.cluster()
        await azure.upgrade("system")
        during = await azure.cluster()
    accepted = simulator.journal[2]
    assert accepted.status == 202
    assert accepted.response_body["properties"]["provisioningState"] == "UpgradingNodeImageVersion"
    assert accepted.response_body["properties"]["nodeImageVersion"] == f"{FAMILY}-{OLD_IMAGE}"
    assert {"Azure-AsyncOperation", "Location"} <= set(accepted.response_headers)
    assert during.properties.provisioning_state == "Succeeded"
    assert during.e_tag == before.e_tag
    tags = [[p.e_tag for p in c.properties.agent_pool_profiles] for c in (before, during)]
    assert tags[0][0] != tags[1][0]
    assert tags[0][1] == tags[1][1]


async def test_a_cluster_operation_changes_all_etags(simulate: SimulatorFactory) -> None:
    """A PUT on the cluster moves its eTag and those of its pools."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        before = await azure.cluster()
        await reconcile(azure)
        after = await azure.cluster()
    assert before.e_tag != after.e_tag
    for old, new in zip(before.properties.agent_pool_profiles, after.properties.agent_pool_profiles, strict=True):
        assert old.e_tag != new.e_tag


async def test_an_old_etag_is_refused(simulate: SimulatorFactory) -> None:
    """If-Match with another version's eTag is a 412."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError) as refused:
            await reconcile(azure, etag="00000000-0000-0000-0000-000000000000")
    assert (refused.value.status_code, code(refused)) == (412, "PreConditionFailed")


@pytest.mark.foreign_client("sends no If-Match")
async def test_a_put_without_if_match_is_accepted(simulate: SimulatorFactory) -> None:
    """Azure does not ask for an eTag."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        await azure.put(without_images(await azure.cluster()))
    assert simulator.journal[-1].status == 200


async def test_a_busy_cluster_refuses_everything_else(simulate: SimulatorFactory) -> None:
    """During a cluster's operation neither it nor its pools begin another one."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        await reconcile(azure)
        for attempt in (reconcile(azure), azure.upgrade("system")):
            with pytest.raises(ResourceExistsError, match="Another operation") as refused:
                await attempt
            assert code(refused) == "OperationNotAllowed"


async def test_two_pools_may_be_upgraded_at_once(simulate: SimulatorFactory) -> None:
    """Operations of different pools run side by side; one of the cluster does not run beside them."""
    simulator = simulate(one_cluster(one_pool_at_a_time=False), pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("system")
        await azure.upgrade("user")
        with pytest.raises(ResourceExistsError, match="system - Upgrading"):
            await azure.upgrade("system")
        with pytest.raises(ResourceExistsError, match="system - Upgrading"):
            await reconcile(azure)


async def test_an_operation_in_progress_ends_by_itself(simulate: SimulatorFactory) -> None:
    """A world may start in the middle of an operation."""
    world = one_cluster(operation_in_progress={"name": "Upgrading", "ends_after": "8m"})
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        assert (await azure.cluster()).properties.provisioning_state == "Upgrading"
        simulator.advance(8 * 60)
        assert (await azure.cluster()).properties.provisioning_state == "Succeeded"


async def test_a_stopped_cluster_is_left_alone(simulate: SimulatorFactory) -> None:
    """Neither a PUT nor an upgrade reaches a cluster that is stopped."""
    simulator = simulate(one_cluster(power="Stopped"))
    async with clients(simulator) as azure:
        for attempt in (reconcile(azure), azure.upgrade("system")):
            with pytest.raises(ResourceExistsError, match=r"Power State\(Stopped\)"):
                await attempt


@pytest.mark.parametrize(("answer", "status"), [("accepted", 202), ("not_modified", 304)])
async def test_the_newest_image_is_not_put_on_again(simulate: SimulatorFactory, answer: str, status: int) -> None:
    """After a switch a pool on the newest image keeps its kubelets, whichever way Azure answers the upgrade."""
    pools = [{"name": "system", "image": NEW_IMAGE}]
    world = one_cluster(node_pools=pools, pulls_from=[], behaviour={"newest_image_answer": answer})
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        await azure.switch((await azure.identity()).id)
        simulator.advance(HOUR)
        with suppress(ResourceNotModifiedError):
            await azure.upgrade("system")
        simulator.advance(HOUR)
    assert simulator.journal[-1].status == status
    assert {node["kubelet"] for node in simulator.state()["clusters"][0]["nodes"]} == {"service-principal"}


async def test_the_sdk_follows_an_operation_to_its_end(simulate: SimulatorFactory) -> None:
    """The poller of the unmodified SDK ends, over status and result, when the simulated time is over."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "system")
        await poller.result()
        pool = await azure.aks.agent_pools.get(GROUP, CLUSTER, "system")
    assert pool.properties.node_image_version == f"{FAMILY}-{NEW_IMAGE}"
    assert simulator.journal[-2].status == 204


async def test_an_operation_is_found_only_under_its_exact_url(simulate: SimulatorFactory) -> None:
    """The opaque query must come back as it was given; the status is named with .NET's byte order."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("system")
        url = simulator.journal[-1].response_headers["Azure-AsyncOperation"]
        found = await azure.aks.send_request(_get(url))
        with_other_query = await azure.aks.send_request(_get(url[:-1] + ("0" if url[-1] != "0" else "1")))
    asked = url.partition("?")[0].rpartition("/")[2]
    assert UUID(found.json()["name"]).bytes == UUID(asked).bytes_le
    assert found.json()["status"] == "InProgress"
    assert with_other_query.status_code == 404


async def test_a_lock_on_the_node_group_refuses_rolls(simulate: SimulatorFactory) -> None:
    """CanNotDelete on the node resource group lets a PUT pass and refuses to replace nodes."""
    lock = {"name": "keep", "scope": NODE_GROUP_ID, "level": "CanNotDelete"}
    simulator = simulate(one_cluster(locks=[lock]), pace=1)
    async with clients(simulator) as azure:
        with pytest.raises(ResourceExistsError, match="are locked") as refused:
            await azure.upgrade("system")
        await reconcile(azure)
    assert code(refused) == "ScopeLocked"


async def test_a_read_only_lock_refuses_writes(simulate: SimulatorFactory) -> None:
    """ReadOnly above a cluster refuses its PUT; reading goes on."""
    lock = {"name": "freeze", "scope": CLUSTER_ID.partition("/providers/")[0], "level": "ReadOnly"}
    simulator = simulate(one_cluster(locks=[lock]))
    async with clients(simulator) as azure:
        with pytest.raises(ResourceExistsError) as refused:
            await reconcile(azure)
        assert code(refused) == "ScopeLocked"


async def test_what_does_not_exist_is_not_found(simulate: SimulatorFactory) -> None:
    """A missing cluster, pool or group is a 404 with Azure's code."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        with pytest.raises(ResourceNotFoundError) as cluster:
            await azure.cluster("nobody")
        with pytest.raises(ResourceNotFoundError) as group:
            await azure.aks.managed_clusters.get("rg-nowhere", CLUSTER)
        with pytest.raises(ResourceNotFoundError):
            await azure.aks.agent_pools.get(GROUP, CLUSTER, "nobody")
    assert (code(cluster), code(group)) == ("ResourceNotFound", "ResourceGroupNotFound")


async def test_the_upgrade_profile_tells_the_newest_image(simulate: SimulatorFactory) -> None:
    """Publishing an image makes it the newest at once."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        before = await azure.aks.agent_pools.get_upgrade_profile(GROUP, CLUSTER, "system")
        simulator.publish_image(FAMILY, "202612.01.0")
        after = await azure.aks.agent_pools.get_upgrade_profile(GROUP, CLUSTER, "system")
    assert before.properties.latest_node_image_version == f"{FAMILY}-{NEW_IMAGE}"
    assert after.properties.latest_node_image_version == f"{FAMILY}-202612.01.0"


async def test_a_pools_own_etag_guards_it(simulate: SimulatorFactory) -> None:
    """An old eTag on a pool's PUT is a 412."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        pool = await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")
        with pytest.raises(ResourceModifiedError):
            await azure.aks.agent_pools.begin_create_or_update(
                GROUP, CLUSTER, "user", pool, etag="old", match_condition=_if_not_modified(), polling=False
            )


def _get(url: str) -> Any:
    from azure.core.rest import HttpRequest

    return HttpRequest("GET", url)


def _if_not_modified() -> Any:
    from azure.core import MatchConditions

    return MatchConditions.IfNotModified
