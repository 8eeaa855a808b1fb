"""A monitored cluster whose Log Analytics workspace somebody has deleted: what goes on with it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import clients, without_images
from tests.simulator.plain import ask
from tests.worlds import CLUSTER, GROUP, SUBSCRIPTION, one_cluster

if TYPE_CHECKING:
    from tests.simulator.clients import Clients

WORKSPACE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs"
)
GONE = {
    "addons": ["omsagent"],
    "monitoring_workspace_deleted": True,
    "pulls_from": [],
    "node_pools": [{"name": "system", "image": "202610.05.0"}],
}


async def update(azure: Clients) -> Any:
    """PUT the cluster as it is."""
    document = without_images(await azure.cluster())
    etag = {"headers": {"If-Match": f'"{document.e_tag}"'}}
    return await azure.aks.managed_clusters.begin_create_or_update(GROUP, CLUSTER, document, **etag)


async def scale(azure: Clients) -> Any:
    """Give the pool another count."""
    return await azure.aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, "system", {"properties": {"count": 4}})


async def upgrade(azure: Clients) -> Any:
    """Re-image the pool."""
    return await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "system")


@pytest.mark.parametrize("act", [update, scale, upgrade])
async def test_operations_fail_where_the_workspace_is_gone(
    simulate: SimulatorFactory, act: Callable[[Clients], Awaitable[Any]]
) -> None:
    """They are accepted, and end with an error that names the workspace; nothing is re-imaged."""
    simulator = simulate(one_cluster(**GONE))
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError) as failed:
            await (await act(azure)).result()
    assert failed.value.error is not None
    assert failed.value.error.code == "GetLogAnalyticsWorkspaceError"
    assert f"Resource ID: {WORKSPACE}." in str(failed.value.error.message)
    assert {node["image"].rpartition("-")[2] for node in simulator.state()["clusters"][0]["nodes"]} == {"202610.05.0"}


async def test_without_the_add_on_nobody_asks_for_the_workspace(simulate: SimulatorFactory) -> None:
    """It is a 404, and disabling the add-on is what helps; assumed: the PUT that disables it succeeds."""
    simulator = simulate(one_cluster(**GONE))
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        document["properties"]["addonProfiles"]["omsagent"]["enabled"] = False
        etag = {"headers": {"If-Match": f'"{document.e_tag}"'}}
        await (await azure.aks.managed_clusters.begin_create_or_update(GROUP, CLUSTER, document, **etag)).result()
        await (await upgrade(azure)).result()
    assert ask(simulator, WORKSPACE)[0] == 404
