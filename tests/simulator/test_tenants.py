"""Registries of another tenant: nobody of this one reads them, and only service principals pull from them."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import WorldError, load_world
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import clients
from tests.simulator.plain import ask, listed
from tests.worlds import GROUP, SUBSCRIPTION, TENANT, one_cluster

OTHER = "6b2c3d4e-5f60-4172-8394-a5b6c7d8e9f0"
THEIRS = "7c3d4e5f-6071-4283-95a6-b7c8d9e0f1a2"
PARTNER = {"name": "partneracr", "resource_group": "rg-partner", "tenant": OTHER, "subscription_id": THEIRS}


def world(**changes: Any) -> dict[str, Any]:
    """A cluster that pulls from a partner's registry, outside any network."""
    settings: dict[str, Any] = {
        "registries": [PARTNER],
        "pulls_from": ["partneracr"],
        "node_pools": [{"name": "system", "image": "202610.05.0"}],
        "role_assignments": [],
        "user_assigned_identities": [{"name": "id-prod", "resource_group": GROUP}],
    }
    return one_cluster(**(settings | changes))


@pytest.mark.parametrize(
    "path",
    ["", "/resources", "/resourceGroups/rg-partner/providers/Microsoft.ContainerRegistry/registries/partneracr"],
)
def test_no_token_opens_another_tenant(simulate: SimulatorFactory, path: str) -> None:
    """401 InvalidAuthenticationTokenTenant names both tenants, whatever is asked for there."""
    simulator = simulate(world())
    status, document = ask(simulator, f"/subscriptions/{THEIRS.upper()}{path}")
    assert (status, document["error"]["code"]) == (401, "InvalidAuthenticationTokenTenant")
    assert f"from the wrong issuer 'https://sts.windows.net/{TENANT}/'" in document["error"]["message"]
    assert f"must match the tenant 'https://sts.windows.net/{OTHER}/'" in document["error"]["message"]


def test_a_registry_of_another_tenant_is_in_no_list(simulate: SimulatorFactory) -> None:
    """Its subscription is not one of the caller's, and its resources are not among them."""
    simulator = simulate(world())
    assert [one["subscriptionId"] for one in listed(simulator, "/subscriptions")] == [SUBSCRIPTION]
    query = "resourceType eq 'Microsoft.ContainerRegistry/registries'"
    assert listed(simulator, f"/subscriptions/{SUBSCRIPTION}/resources?$filter={query}") == []


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_a_managed_identity_never_pulls_from_another_tenant(simulate: SimulatorFactory) -> None:
    """With the service principal all is well; the re-image to the kubelet identity is the end of it."""
    simulator = simulate(world())
    assert simulator.state()["broken_at_the_start"] == []
    async with clients(simulator) as azure:
        await azure.switch((await azure.identity()).id)
        simulator.advance(600)
        assert simulator.incidents == []
        await azure.upgrade("system")
        simulator.advance(3600)
    (incident,) = simulator.incidents
    assert incident.cause.endswith("cannot pull from registry partneracr (rbac): nothing grants it the right.")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"subscription_id": None},
            "registries.0: a registry of another tenant has tenant and subscription_id, and no",
        ),
        ({"subscription": "prod"}, "registries.0: a registry of another tenant has tenant and subscription_id, and no"),
        ({"subscription_id": SUBSCRIPTION}, "registries.0.subscription_id: that is a subscription of this tenant"),
    ],
)
def test_a_wrong_tenant_is_told(changes: dict[str, Any], sentence: str) -> None:
    """The other tenant's registry lies in a subscription of its own."""
    with pytest.raises(WorldError) as refused:
        load_world(world(registries=[PARTNER | changes]))
    assert str(refused.value).startswith(sentence)
