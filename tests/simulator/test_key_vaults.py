"""Key vaults as ARM shows them: read-only, with the policies that count where Azure roles do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.rest import HttpRequest

from tests.simulator.clients import Clients, clients
from tests.worlds import SHARED_ID, SP, SP_OBJECT_ID, SUBSCRIPTION, TENANT, one_cluster

if TYPE_CHECKING:
    from tests.azure_fixture import SimulatorFactory

VAULT = f"{SHARED_ID}/providers/Microsoft.KeyVault/vaults/kv-policies"
VAULTS = [
    {"name": "kv-rbac", "resource_group": "rg-shared"},
    {
        "name": "kv-policies",
        "resource_group": "rg-shared",
        "mode": "access_policies",
        "policies": [{"principal": SP, "permissions": {"keys": ["encrypt", "decrypt"], "secrets": ["get"]}}],
    },
]


async def read(azure: Clients, path: str) -> Any:
    """GET what no SDK here has a client for."""
    return await azure.aks.send_request(HttpRequest("GET", f"{path}?api-version=2023-07-01"))


async def test_a_vault_tells_who_may_use_it(simulate: SimulatorFactory) -> None:
    """A vault with policies lists them by object id; one that listens to Azure roles has none."""
    async with clients(simulate(one_cluster(key_vaults=VAULTS))) as azure:
        vault = (await read(azure, VAULT)).json()
        other = (await read(azure, VAULT.replace("kv-policies", "KV-RBAC"))).json()
    assert vault["properties"]["enableRbacAuthorization"] is False
    assert vault["properties"]["tenantId"] == TENANT
    assert vault["properties"]["vaultUri"] == "https://kv-policies.vault.azure.net/"
    permissions = {"keys": ["encrypt", "decrypt"], "secrets": ["get"], "certificates": []}
    policy = {"tenantId": TENANT, "objectId": SP_OBJECT_ID, "permissions": permissions}
    assert vault["properties"]["accessPolicies"] == [policy]
    assert (other["properties"]["enableRbacAuthorization"], other["properties"]["accessPolicies"]) == (True, [])


async def test_vaults_are_listed_in_their_subscription(simulate: SimulatorFactory) -> None:
    """The list has all of them, as their own documents show them."""
    async with clients(simulate(one_cluster(key_vaults=VAULTS))) as azure:
        listed = (await read(azure, f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.KeyVault/vaults")).json()
        one = (await read(azure, VAULT)).json()
    assert [vault["name"] for vault in listed["value"]] == ["kv-rbac", "kv-policies"]
    assert listed["value"][1] == one


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_nobody_changes_a_vault(simulate: SimulatorFactory, method: str) -> None:
    """Writes are not simulated, and a vault that is not there is not found."""
    async with clients(simulate(one_cluster(key_vaults=VAULTS))) as azure:
        written = await azure.aks.send_request(HttpRequest(method, VAULT, json={}))
        missing = await read(azure, VAULT + "x")
    assert (written.status_code, missing.status_code) == (404, 404)
