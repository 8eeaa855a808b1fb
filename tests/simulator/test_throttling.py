"""Requests are counted in the buckets that Azure documents, in simulated time."""

from __future__ import annotations

import json
import ssl
from typing import Any
from urllib.request import urlopen

import pytest
from azure.core.exceptions import HttpResponseError

from simulator import Simulator
from simulator.throttling.limits import AKS_LIMITS, limit_of
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import Clients, clients, without_images
from tests.worlds import CLUSTER, CLUSTER_ID, GROUP, SUBSCRIPTION, cluster, one_cluster

KIND = "Microsoft.ContainerService/managedClusters"
SUBSCRIPTION_ID = f"/subscriptions/{SUBSCRIPTION}"
GROUP_ID = f"{SUBSCRIPTION_ID}/resourceGroups/{GROUP}"
LOCATION_ID = f"{SUBSCRIPTION_ID}/providers/Microsoft.ContainerService/locations/westeurope"


async def refusal(azure: Clients, *, after: int) -> HttpResponseError:
    """Read the cluster until that is refused."""
    for _ in range(after):
        await azure.cluster()
    with pytest.raises(HttpResponseError) as refused:
        await azure.cluster()
    return refused.value


def shown(simulator: Simulator) -> dict[str, Any]:
    """The buckets of the control surface, by name."""
    trust = ssl.create_default_context(cafile=str(simulator.ca))
    with urlopen(f"{simulator.arm}/_simulator/throttling", context=trust) as answer:
        return {bucket["name"]: bucket for bucket in json.load(answer)["buckets"]}


async def test_a_cluster_is_read_sixty_times_and_then_once_a_second(simulate: SimulatorFactory) -> None:
    """The 61st read at one moment is answered 429 in the flat shape, with seconds to wait; then there is a token."""
    simulator = simulate(one_cluster(), pace=0.001)
    async with clients(simulator) as azure:
        error = await refusal(azure, after=60)
        answer = simulator.journal[-1]
        simulator.advance(1)
        await azure.cluster()
        again = await refusal(azure, after=0)
    assert (error.status_code, again.status_code) == (429, 429)
    assert answer.response_body["code"] == "Throttled"
    assert f"SubID='{SUBSCRIPTION}', please retry again in 1 seconds" in answer.response_body["message"]
    assert answer.response_headers["Retry-After"] == "1"


async def test_what_a_client_waits_as_it_is_told_is_enough(simulate: SimulatorFactory) -> None:
    """After the seconds of Retry-After there is a token again, each time."""
    simulator = simulate(one_cluster(), pace=0.001)
    async with clients(simulator) as azure:
        await refusal(azure, after=60)
        for _ in range(5):
            simulator.advance(int(simulator.journal[-1].response_headers["Retry-After"]))
            await azure.cluster()
            await refusal(azure, after=0)
    statuses = [exchange.status for exchange in simulator.journal[-10:]]
    assert statuses == [200, 429] * 5


async def test_a_cluster_is_put_twenty_times_and_then_once_a_minute(simulate: SimulatorFactory) -> None:
    """Refused PUTs count as well: the 21st at one moment is throttled instead of being told that one is running."""
    simulator = simulate(one_cluster(pulls_from=[]), pace=0.001)
    codes = list[str]()
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        await azure.put(document, etag=document.e_tag)
        etag = (await azure.cluster()).e_tag
        for _ in range(20):
            with pytest.raises(HttpResponseError):
                await azure.put(document, etag=etag)
            codes.append(simulator.journal[-1].response_body["code"])
    assert codes == ["OperationNotAllowed"] * 19 + ["Throttled"]
    assert simulator.journal[-1].response_headers["Retry-After"] == "60"


async def test_all_other_calls_share_a_bucket(simulate: SimulatorFactory) -> None:
    """Reading pools and reading their upgrade profiles take from one bucket of the subscription."""
    simulator = simulate(one_cluster(), pace=0.001)
    async with clients(simulator) as azure:
        for _ in range(30):
            await azure.aks.agent_pools.get(GROUP, CLUSTER, "system")
            await azure.aks.agent_pools.get_upgrade_profile(GROUP, CLUSTER, "user")
        with pytest.raises(HttpResponseError) as refused:
            await azure.aks.agent_pools.get(GROUP, CLUSTER, "user")
        await azure.cluster()
    assert refused.value.error is not None
    assert refused.value.error.code == "Throttled"


@pytest.mark.parametrize(
    ("method", "path", "name", "capacity", "seconds"),
    [
        ("GET", f"{SUBSCRIPTION_ID}/providers/{KIND}", "LIST ManagedClusters by subscription", 500, 1),
        ("GET", f"{GROUP_ID}/providers/{KIND}", "LIST ManagedClusters by resource group", 60, 1),
        ("PUT", f"{CLUSTER_ID}/agentPools/system", "PUT AgentPool", 20, 60),
        ("PUT", CLUSTER_ID, "PUT ManagedCluster", 20, 60),
        ("GET", CLUSTER_ID, "GET ManagedCluster", 60, 1),
        ("GET", f"{LOCATION_ID}/operations/x", "GET operation status", 200, 0.5),
        ("GET", f"{LOCATION_ID}/operationresults/x", "All other AKS APIs", 60, 1),
        ("GET", f"{CLUSTER_ID}/agentPools/system/upgradeProfiles/default", "All other AKS APIs", 60, 1),
        ("POST", f"{CLUSTER_ID}/agentPools/system/upgradeNodeImageVersion", "All other AKS APIs", 60, 1),
    ],
)
def test_each_request_has_its_bucket(method: str, path: str, name: str, capacity: int, seconds: float) -> None:
    """The numbers are those of Microsoft Learn, and a request takes from one bucket of the resource provider."""
    found = limit_of(AKS_LIMITS, method, path)
    assert found is not None
    assert (found[0].name, found[0].capacity) == (name, capacity)
    assert found[0].per_second == pytest.approx(1 / seconds)


@pytest.mark.parametrize("kind", ["roleAssignments", "locks"])
def test_what_hangs_on_a_cluster_is_not_the_resource_provider_s(kind: str) -> None:
    """Grants and locks at a cluster are Authorization's to count."""
    assert limit_of(AKS_LIMITS, "GET", f"{CLUSTER_ID}/providers/Microsoft.Authorization/{kind}") is None


async def test_buckets_are_counted_for_each_cluster(simulate: SimulatorFactory) -> None:
    """When one cluster has been read too often, another one can still be read."""
    simulator = simulate(one_cluster(clusters=[cluster(), cluster("prod-weu-02")]), pace=0.001)
    async with clients(simulator) as azure:
        await refusal(azure, after=60)
        await azure.cluster("prod-weu-02")


async def test_the_gateway_counts_what_each_principal_reads(simulate: SimulatorFactory) -> None:
    """ARM takes 250 reads at once, tells how many are left, and refuses the next in the wrapped shape."""
    simulator = simulate(one_cluster(), pace=0.001)
    identities: Any
    async with clients(simulator) as azure:
        identities = azure.msi.user_assigned_identities
        for _ in range(250):
            _ = [identity async for identity in identities.list_by_resource_group(GROUP)]
        left = simulator.journal[-1].response_headers["x-ms-ratelimit-remaining-subscription-reads"]
        with pytest.raises(HttpResponseError) as refused:
            _ = [identity async for identity in identities.list_by_resource_group(GROUP)]
    answer = simulator.journal[-1]
    assert left == "0"
    assert refused.value.status_code == 429
    assert answer.response_body["error"]["code"] == "SubscriptionRequestsThrottled"
    assert answer.response_headers["Retry-After"] == "1"


async def test_writes_tell_how_many_are_left(simulate: SimulatorFactory) -> None:
    """A PUT's answer counts writes, not reads."""
    simulator = simulate(one_cluster(), pace=0.001)
    async with clients(simulator) as azure:
        await azure.identity()
    assert simulator.journal[-1].response_headers["x-ms-ratelimit-remaining-subscription-writes"] == "199"


async def test_a_world_may_do_without(simulate: SimulatorFactory) -> None:
    """With throttling turned off nothing is counted."""
    simulator = simulate(one_cluster(behaviour={"throttling": False}), pace=0.001)
    async with clients(simulator) as azure:
        for _ in range(70):
            await azure.cluster()
    assert simulator.throttling() == {"buckets": []}


async def test_the_control_surface_shows_the_buckets(simulate: SimulatorFactory) -> None:
    """Each bucket tells its scope, what is in it, and how often it was taken from and found empty."""
    simulator = simulate(one_cluster(), pace=0.001)
    async with clients(simulator) as azure:
        await refusal(azure, after=60)
    buckets = shown(simulator)
    read = buckets["GET ManagedCluster"]
    assert read["scope"].endswith(f"/managedClusters/{CLUSTER}")
    assert (read["capacity"], read["taken"], read["refused"]) == (60, 60, 1)
    assert 0 <= read["tokens"] < 1
    assert buckets["ARM reads"]["taken"] == 61
