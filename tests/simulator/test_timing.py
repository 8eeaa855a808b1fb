"""Each duration of a world is kept: a moment before nothing has ended, a moment after it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import ACR_PULL, Clients, clients, without_images
from tests.worlds import CLUSTER, GROUP, SP_CLIENT_ID, one_cluster

MINUTE = 60.0
STILL = 1e-6
"""A pace at which time passes by advances alone."""


async def update(azure: Clients) -> str:
    document = without_images(await azure.cluster())
    await azure.put(document, etag=document.e_tag)
    return CLUSTER


async def create(azure: Clients) -> str:
    properties = {
        "servicePrincipalProfile": {"clientId": SP_CLIENT_ID},
        "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 1}],
    }
    body: dict[str, Any] = {"location": "westeurope", "properties": properties}
    await azure.aks.managed_clusters.begin_create_or_update(GROUP, "new", body, polling=False)
    return "new"


async def reimage(azure: Clients) -> str:
    await azure.upgrade("system")
    return CLUSTER


@pytest.mark.foreign_client("creates without an eTag")
@pytest.mark.parametrize(
    ("begin", "during"), [(update, "Updating"), (create, "Creating"), (reimage, "UpgradingNodeImageVersion")]
)
async def test_an_operation_takes_its_time(
    simulate: SimulatorFactory, begin: Callable[[Clients], Awaitable[str]], during: str
) -> None:
    """A cluster's update and creation and a pool's node image upgrade last as long as the world says."""
    simulator = simulate(one_cluster(timing={begin.__name__: "17m"}), pace=STILL)
    shown = list[str]()
    async with clients(simulator) as azure:
        name = await begin(azure)
        for seconds in (16.9 * MINUTE, 0.2 * MINUTE):
            simulator.advance(seconds)
            pool = (await azure.cluster(name)).properties.agent_pool_profiles[0]
            shown.append(pool.provisioning_state)
    assert shown == [during, "Succeeded"]


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_a_grant_is_effective_when_it_has_propagated(simulate: SimulatorFactory) -> None:
    """Nodes that cannot pull can from that moment on: a second loss of the right is an incident of its own."""
    simulator = simulate(one_cluster(timing={"role_propagation": "17m"}), pace=STILL)
    async with clients(simulator) as azure:
        [old] = [
            one
            async for one in azure.authorization.role_assignments.list_for_subscription()
            if "registries" in one.scope
        ]
        incidents = list[int]()
        for wait in (16.9, 17.1):
            await azure.authorization.role_assignments.delete_by_id(old.id)
            old = await azure.grant(old.principal_id, ACR_PULL, old.scope)
            simulator.advance(wait * MINUTE)
            incidents.append(len(simulator.incidents))
        await azure.authorization.role_assignments.delete_by_id(old.id)
        incidents.append(len(simulator.incidents))
    # of both pools: the first loss lasts, for its grant is taken away just too early; the last one is new
    assert incidents == [2, 2, 4]
