"""The caller's own rights: what ARM refuses a runner that lacks them, and what it hides from it."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

from simulator import WorldError, load_world
from simulator.authorization.actions import action_of
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import ACR_PULL, IDENTITY_OPERATOR, clients, without_images
from tests.worlds import (
    CLUSTER,
    CLUSTER_ID,
    GROUP,
    IDENTITY_ID,
    REGISTRY_ID,
    SP,
    SP_CLIENT_ID,
    SP_OBJECT_ID,
    SUBNET_ID,
    SUBSCRIPTION,
    cluster,
    one_cluster,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator import Simulator
    from tests.simulator.clients import Clients

GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
OTHER = "2c3a0b4d-6e5f-4d7c-9b80-1f2e3d4c5b60"
AKS = "Microsoft.ContainerService/managedClusters"
IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
ALL = f"/subscriptions/{SUBSCRIPTION}"
MIGRATE = (
    f"{AKS}/read",
    f"{AKS}/write",
    f"{AKS}/agentPools/read",
    f"{AKS}/agentPools/upgradeNodeImageVersion/action",
    f"{IDENTITIES}/read",
    f"{IDENTITIES}/write",
    f"{IDENTITIES}/assign/action",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
    "Microsoft.Authorization/roleAssignments/*",
    "Microsoft.ContainerService/locations/operations/read",
)
"""What a runner needs here, action by action."""


def limited(*actions: str, scope: str = ALL, **changes: Any) -> dict[str, Any]:
    """A world whose runner has a custom role of these actions at a scope, and nothing else."""
    runner = {"principal": "sp-runner", **changes.pop("runner", {})}
    settings: dict[str, Any] = {
        "pulls_from": [],
        "service_principals": [
            *principals(),
            {"name": "sp-runner", "object_id": OTHER},
        ],
        "role_definitions": [{"name": "Runner", "actions": list(actions), "assignable_scopes": [ALL]}],
        "role_assignments": [
            {"principal": SP, "role": "Network Contributor", "scope": SUBNET_ID},
            {"principal": "sp-runner", "role": "Runner", "scope": scope},
        ],
        "user_assigned_identities": [{"name": "id-prod", "resource_group": GROUP}],
    }
    return one_cluster(runner=runner, **(settings | changes))


def without(action: str) -> list[str]:
    """Everything that a migration needs but one action."""
    return [needed for needed in MIGRATE if needed != action]


async def refused(simulator: Simulator, act: Callable[[Clients], Awaitable[Any]]) -> dict[str, Any]:
    """The error of what must be answered 403 by the gateway."""
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError) as raised:
            await act(azure)
    assert raised.value.status_code == 403
    answer = simulator.journal[-1]
    assert answer.response_headers["x-ms-failure-cause"] == "gateway"
    return answer.response_body["error"]


async def read_pools(azure: Clients) -> None:
    """List the pools."""
    _ = [pool async for pool in azure.aks.agent_pools.list(GROUP, CLUSTER)]


async def reconcile(azure: Clients) -> None:
    """PUT the cluster as it is."""
    document = without_images(await azure.cluster())
    await azure.put(document, etag=document.e_tag)


async def upgrade(azure: Clients) -> None:
    """Re-image a pool."""
    await azure.upgrade("system")


async def make_identity(azure: Clients) -> None:
    """Create an identity."""
    await azure.identity("id-new")


async def read_identity(azure: Clients) -> None:
    """Read an identity."""
    await azure.msi.user_assigned_identities.get(GROUP, "id-prod")


async def grant_role(azure: Clients) -> None:
    """Grant a role."""
    await azure.grant(SP_OBJECT_ID, ACR_PULL, REGISTRY_ID)


async def read_cluster(azure: Clients) -> None:
    """Read the cluster."""
    await azure.cluster()


@pytest.mark.parametrize(
    ("action", "act"),
    [
        (f"{AKS}/read", read_cluster),
        (f"{AKS}/write", reconcile),
        (f"{AKS}/agentPools/read", read_pools),
        (f"{AKS}/agentPools/upgradeNodeImageVersion/action", upgrade),
        (f"{IDENTITIES}/write", make_identity),
        (f"{IDENTITIES}/read", read_identity),
        ("Microsoft.Authorization/roleAssignments/*", grant_role),
    ],
)
async def test_a_missing_right_is_refused_by_its_name(
    simulate: SimulatorFactory, action: str, act: Callable[[Clients], Awaitable[Any]]
) -> None:
    """403 AuthorizationFailed names the client, its object id, the action and the scope; with the right it works."""
    simulator = simulate(limited(*without(action)))
    error = await refused(simulator, act)
    assert error["code"] == "AuthorizationFailed"
    named = f"The client '{simulator.world.service_principals[-1].app_id}' with object id '{OTHER}' "
    assert error["message"].startswith(f"{named}does not have authorization to perform action '")
    assert action.rstrip("*") in error["message"]
    assert f"over scope '/subscriptions/{SUBSCRIPTION}/" in error["message"]
    async with clients(simulate(limited(*MIGRATE), pace=1)) as azure:
        await act(azure)


@pytest.mark.parametrize(
    ("action", "scope"),
    [
        (f"{IDENTITIES}/assign/action", IDENTITY_ID),
        ("Microsoft.Network/virtualNetworks/subnets/join/action", SUBNET_ID),
    ],
)
async def test_using_what_lies_elsewhere_needs_a_right_there(
    simulate: SimulatorFactory, action: str, scope: str
) -> None:
    """403 LinkedAuthorizationFailed names what the caller may do and the linked action and scope that it may not."""
    error = await refused(simulate(limited(*without(action))), lambda azure: azure.switch(IDENTITY_ID))
    assert error["code"] == "LinkedAuthorizationFailed"
    assert f"has permission to perform action '{AKS}/write' on scope '" in error["message"]
    assert f"perform action '{action}' on the linked scope(s) '{scope}'" in error["message"]


async def test_a_kubelet_identity_is_a_linked_scope_too(simulate: SimulatorFactory) -> None:
    """Naming a pre-created kubelet identity needs assign/action on it."""
    kubelet = IDENTITY_ID.replace("id-prod", "id-kubelet")
    simulator = simulate(limited(*without(f"{IDENTITIES}/assign/action")))

    async def name_kubelet(azure: Clients) -> None:
        document = without_images(await azure.cluster())
        document["properties"]["identityProfile"] = {"kubeletidentity": {"resourceId": kubelet}}
        await azure.put(document, etag=document.e_tag)

    error = await refused(simulator, name_kubelet)
    assert f"linked scope(s) '{kubelet}'" in error["message"]


async def test_a_runner_may_do_what_it_was_granted(simulate: SimulatorFactory) -> None:
    """With every right that is documented, a switch goes through; nothing is refused."""
    simulator = simulate(limited(*MIGRATE), pace=1)
    async with clients(simulator) as azure:
        identity = await azure.msi.user_assigned_identities.get(GROUP, "id-prod")
        await azure.grant(identity.principal_id, IDENTITY_OPERATOR, IDENTITY_ID)
        await azure.grant(identity.principal_id, "/x/4d97b98b-1d4f-4787-a291-c67834d212e7", SUBNET_ID)
        simulator.advance(3600)
        await azure.switch(identity.id)
        simulator.advance(3600)
        assert (await azure.cluster()).identity.type == "UserAssigned"
    assert {exchange.status for exchange in simulator.journal} <= {200, 201, 202}


async def test_a_runner_s_own_grant_takes_its_time(simulate: SimulatorFactory) -> None:
    """A right that somebody grants to the runner is not in effect before it has propagated."""
    world = limited(f"{AKS}/agentPools/read", "Microsoft.Authorization/roleAssignments/write")
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        await azure.grant(OTHER, "/x/acdd72a7-3385-48ef-bd42-f606fba81ae7", GROUP_ID)
        with pytest.raises(HttpResponseError):
            await azure.cluster()
        simulator.advance(3600)
        await azure.cluster()


async def test_a_right_on_the_cluster_alone_can_start_an_operation_and_not_follow_it(
    simulate: SimulatorFactory,
) -> None:
    """Polling needs a right at the resource group (Microsoft Learn: asynchronous operations)."""
    upgrade = f"{AKS}/agentPools/upgradeNodeImageVersion/action"
    simulator = simulate(limited(f"{AKS}/*", upgrade, scope=CLUSTER_ID))

    async def follow(azure: Clients) -> None:
        poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "system")
        await poller.result()

    error = await refused(simulator, follow)
    assert f"over scope '{GROUP_ID}'" in error["message"]
    assert 202 in {exchange.status for exchange in simulator.journal}


async def test_lists_show_what_the_runner_may_read(simulate: SimulatorFactory) -> None:
    """Of a subscription's clusters those in the group that it may read; another subscription is not there."""
    world = limited(
        f"{AKS}/read",
        scope=GROUP_ID,
        clusters=[cluster(pulls_from=[]), cluster("prod-weu-02", resource_group="rg-other", pulls_from=[])],
        subscriptions=[{"id": SUBSCRIPTION, "name": "prod"}, {"id": OTHER, "name": "hidden"}],
    )
    simulator = simulate(world)
    async with clients(simulator) as azure:
        names = [found.name async for found in azure.aks.managed_clusters.list()]
    assert names == [CLUSTER]
    assert [s["subscriptionId"] for s in get(simulator, "/subscriptions")["value"]] == [SUBSCRIPTION]
    assert get(simulator, f"/subscriptions/{OTHER}/providers/{AKS}")["value"] == []


async def test_a_list_can_be_refused_instead(simulate: SimulatorFactory) -> None:
    """Under the other assumption a list that the caller has no right to is answered 403."""
    simulator = simulate(limited(f"{AKS}/read", scope=GROUP_ID, behaviour={"unreadable_list": "refused"}))

    async def list_all(azure: Clients) -> None:
        _ = [found async for found in azure.aks.managed_clusters.list()]

    error = await refused(simulator, list_all)
    assert f"over scope '/subscriptions/{SUBSCRIPTION}'" in error["message"]


@pytest.mark.parametrize("graph", [True, False])
def test_the_directory_is_open_or_closed(simulate: SimulatorFactory, *, graph: bool) -> None:
    """Without the right Microsoft Graph answers 403 Authorization_RequestDenied."""
    simulator = simulate(limited(*MIGRATE, runner={"graph": graph}))
    path = "/v1.0/servicePrincipals?" + urlencode({"$filter": f"appId eq '{SP_CLIENT_ID}'"})
    if graph:
        assert len(get(simulator, path)["value"]) == 1
        return
    with pytest.raises(HTTPError) as denied:
        get(simulator, path)
    denied.value.close()
    assert denied.value.code == 403
    assert simulator.journal[-1].response_body["error"]["code"] == "Authorization_RequestDenied"


async def test_another_principal_of_the_world_has_its_own_rights(simulate: SimulatorFactory) -> None:
    """A token carries the ids of whoever asked for it; the cluster's service principal may not read the cluster."""
    simulator = simulate(limited(*MIGRATE))
    with pytest.raises(HTTPError) as denied:
        get(simulator, CLUSTER_ID, client_id=SP_CLIENT_ID)
    denied.value.close()
    assert denied.value.code == 403
    assert SP_OBJECT_ID in simulator.journal[-1].response_body["error"]["message"]
    assert get(simulator, CLUSTER_ID)["name"] == CLUSTER


async def test_not_actions_take_away(simulate: SimulatorFactory) -> None:
    """A Contributor may change clusters and may not grant roles."""
    world = limited(role_definitions=[{"name": "Runner", "actions": ["*"], "not_actions": ["*/roleAssignments/write"]}])
    simulator = simulate(world)
    error = await refused(simulator, lambda azure: azure.grant(SP_OBJECT_ID, ACR_PULL, REGISTRY_ID))
    assert "Microsoft.Authorization/roleAssignments/write" in error["message"]


async def test_custom_roles_are_listed_and_can_be_granted(simulate: SimulatorFactory) -> None:
    """A custom role is found by its name, tells its type and scopes, and a grant of it is accepted."""
    simulator = simulate(limited("*"))
    async with clients(simulator) as azure:
        listed = azure.authorization.role_definitions.list(ALL, filter="roleName eq 'Runner'")
        roles = [role async for role in listed]
        granted = await azure.grant(SP_OBJECT_ID, roles[0].id, GROUP_ID)
    assert (roles[0].role_type, roles[0].assignable_scopes) == ("CustomRole", [ALL])
    assert granted.role_definition_id == roles[0].id


async def test_a_policy_denies_whoever_asks(simulate: SimulatorFactory) -> None:
    """403 RequestDisallowedByPolicy, for owners too; elsewhere and for reads it denies nothing."""
    policy = {"name": "no-identities", "scope": GROUP_ID, "effect": "deny", "action": f"{IDENTITIES}/*"}
    simulator = simulate(
        one_cluster(policies=[policy], user_assigned_identities=[{"name": "id-prod", "resource_group": GROUP}])
    )
    error = await refused(simulator, lambda azure: azure.identity("id-new"))
    async with clients(simulator) as azure:
        await azure.msi.user_assigned_identities.get(GROUP, "id-prod")
        await azure.msi.user_assigned_identities.create_or_update("rg-network", "id-new", {"location": "westeurope"})
    assert error["code"] == "RequestDisallowedByPolicy"
    assert "'no-identities'" in error["message"]


@pytest.mark.parametrize(
    ("method", "path", "name", "scope"),
    [
        ("GET", CLUSTER_ID, f"{AKS}/read", CLUSTER_ID),
        ("GET", f"{CLUSTER_ID}/agentPools", f"{AKS}/agentPools/read", CLUSTER_ID),
        (
            "GET",
            f"{CLUSTER_ID}/agentPools/a/upgradeProfiles/default",
            f"{AKS}/agentPools/upgradeProfiles/read",
            f"{CLUSTER_ID}/agentPools/a/upgradeProfiles/default",
        ),
        ("GET", f"{GROUP_ID}/providers/{AKS}", f"{AKS}/read", GROUP_ID),
        ("GET", SUBNET_ID, "Microsoft.Network/virtualNetworks/subnets/read", SUBNET_ID),
        (
            "GET",
            f"{REGISTRY_ID}/providers/Microsoft.Authorization/roleAssignments",
            "Microsoft.Authorization/roleAssignments/read",
            REGISTRY_ID,
        ),
        ("GET", f"{ALL}/providers/Microsoft.Authorization/locks", "Microsoft.Authorization/locks/read", ALL),
        ("PUT", GROUP_ID, "Microsoft.Resources/subscriptions/resourceGroups/write", GROUP_ID),
        ("GET", f"{ALL}/resourceGroups", "Microsoft.Resources/subscriptions/resourceGroups/read", ALL),
    ],
)
def test_actions_are_azure_s_own_words(method: str, path: str, name: str, scope: str) -> None:
    """The provider, the types of the resource, and what is done; a list is an action at what it lists from."""
    action = action_of(method, path)
    assert action is not None
    assert (action.name, action.scope) == (name, scope)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"runner": {"principal": "x"}}, "runner.principal: no principal is named 'x'"),
        (
            {"role_assignments": [{"principal": SP, "role": "Odd", "scope": ALL}]},
            "role_assignments.0.role: no built-in role is named 'Odd'",
        ),
        (
            {"pod_disruption_budgets": [{"name": "b", "blocks": ["x"]}]},
            "clusters.0.pod_disruption_budgets.0.blocks: no node pool is named 'x'",
        ),
    ],
)
def test_a_world_that_names_what_is_not_there_is_told(changes: dict[str, Any], sentence: str) -> None:
    """One sentence, with the path in the file."""
    with pytest.raises(WorldError) as refused_world:
        load_world(one_cluster(**changes))
    assert str(refused_world.value) == sentence


async def test_a_runner_with_an_expired_secret_gets_no_token(simulate: SimulatorFactory) -> None:
    """Entra answers 401 invalid_client with AADSTS7000222, and the SDK raises before it asks for anything."""
    expired = {"name": "sp-runner", "secret_expires_at": "2026-10-01T00:00:00Z"}
    simulator = simulate(limited("*", service_principals=[*principals(), expired]))
    async with clients(simulator) as azure:
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000222"):
            await azure.cluster()
    assert [exchange.status for exchange in simulator.journal] == [401]


def principals() -> list[dict[str, Any]]:
    """The cluster's service principal."""
    return [{"name": SP, "client_id": SP_CLIENT_ID, "object_id": SP_OBJECT_ID}]


def get(simulator: Simulator, path: str, *, client_id: str = "client") -> Any:
    """Read a path with a token of a principal."""
    trust = ssl.create_default_context(cafile=str(simulator.ca))
    form = urlencode({"client_id": client_id, "client_secret": "x", "grant_type": "client_credentials"}).encode()
    with urlopen(f"{simulator.arm}/{simulator.tenant}/oauth2/v2.0/token", data=form, context=trust) as answer:
        token = json.load(answer)["access_token"]
    request = Request(simulator.arm + path, headers={"Authorization": f"Bearer {token}"})
    with urlopen(request, context=trust) as answer:
        return json.load(answer)
