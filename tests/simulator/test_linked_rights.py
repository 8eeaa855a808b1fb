"""What a PUT names elsewhere wants rights of the caller's own there, whatever the cluster's identity may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulator.clients import clients
from tests.simulator.test_authorization import AKS, MIGRATE, limited, reconcile
from tests.worlds import CLUSTER, GROUP, NETWORK_ID, SHARED_ID, pool

if TYPE_CHECKING:
    from tests.azure_fixture import SimulatorFactory

COMPUTE = f"{SHARED_ID}/providers/Microsoft.Compute"
PREFIX = f"{NETWORK_ID}/publicIPPrefixes/egress"
ENCRYPTION_SET = f"{COMPUTE}/diskEncryptionSets/des"
NEAR = f"{COMPUTE}/proximityPlacementGroups/near"
API_SUBNET = f"{NETWORK_ID}/virtualNetworks/vnet/subnets/api-server"
LINKED: dict[str, tuple[dict[str, Any], str, str]] = {
    "prefix": (
        {"network": {"outbound_ip_prefixes": [PREFIX]}},
        PREFIX,
        "Microsoft.Network/publicIPPrefixes/join/action",
    ),
    "prefix of nodes": (
        {"node_pools": [pool("system", node_public_ip_prefix=PREFIX)]},
        PREFIX,
        "Microsoft.Network/publicIPPrefixes/join/action",
    ),
    "placement group": (
        {"node_pools": [pool("system", proximity_placement_group=NEAR)]},
        NEAR,
        "Microsoft.Compute/proximityPlacementGroups/write",
    ),
    "disk encryption set": (
        {"disk_encryption_set": ENCRYPTION_SET},
        ENCRYPTION_SET,
        "Microsoft.Compute/diskEncryptionSets/read",
    ),
}


async def refusal(simulate: SimulatorFactory, world: dict[str, Any]) -> str:
    """How the PUT of a cluster as it is is refused; empty where it is not."""
    async with clients(simulate(world)) as azure:
        try:
            await reconcile(azure)
        except HttpResponseError as error:
            return str(error)
    return ""


@pytest.mark.parametrize("kind", LINKED)
async def test_each_reference_wants_a_right_of_the_caller(simulate: SimulatorFactory, kind: str) -> None:
    """Without it the PUT is a LinkedAuthorizationFailed that names it; with it the PUT passes."""
    changes, scope, action = LINKED[kind]
    error = await refusal(simulate, limited(*MIGRATE, **changes))
    assert "LinkedAuthorizationFailed" in error
    assert f"perform action '{action}' on the linked scope(s) '{scope}'" in error
    assert await refusal(simulate, limited(*MIGRATE, action, **changes)) == ""


async def test_the_workspace_of_monitoring_wants_its_keys_readable(simulate: SimulatorFactory) -> None:
    """Whoever PUTs a cluster with the monitoring add-on needs sharedkeys/read on the workspace that it names."""
    keys = "Microsoft.OperationalInsights/workspaces/sharedkeys/read"
    error = await refusal(simulate, limited(*MIGRATE, addons=["omsagent"]))
    assert f"perform action '{keys}' on the linked scope(s) '/subscriptions/" in error
    assert await refusal(simulate, limited(*MIGRATE, keys, addons=["omsagent"])) == ""


async def test_the_api_server_s_subnet_is_joined_like_any_other(simulate: SimulatorFactory) -> None:
    """A runner that may join the subnets of pools alone is refused."""
    changes: dict[str, Any] = {"node_pools": [{"name": "system"}], "network": {"api_server_subnet": API_SUBNET}}
    join = "Microsoft.Network/virtualNetworks/subnets/join/action"
    error = await refusal(simulate, limited(*(a for a in MIGRATE if a != join), **changes))
    assert f"'{join}' on the linked scope(s) '{API_SUBNET}'" in error
    assert await refusal(simulate, limited(*MIGRATE, **changes)) == ""


@pytest.mark.parametrize("setting", ["nat_gateway", "route_table"])
async def test_what_hangs_on_a_subnet_is_not_in_the_body(simulate: SimulatorFactory, setting: str) -> None:
    """The caller needs no right on it."""
    kind = {"nat_gateway": "natGateways", "route_table": "routeTables"}[setting]
    world = limited(*MIGRATE, network={setting: f"{NETWORK_ID}/{kind}/egress"})
    assert await refusal(simulate, world) == ""


async def test_a_pool_s_own_put_wants_them_too(simulate: SimulatorFactory) -> None:
    """What a pool names is checked where the pool is written."""
    changes, scope, _ = LINKED["placement group"]
    async with clients(simulate(limited(*MIGRATE, f"{AKS}/agentPools/write", **changes))) as azure:
        document = await azure.aks.agent_pools.get(GROUP, CLUSTER, "system")
        with pytest.raises(HttpResponseError, match="LinkedAuthorizationFailed") as refused:
            await azure.aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, "system", document, polling=False)
    assert scope in str(refused.value)
