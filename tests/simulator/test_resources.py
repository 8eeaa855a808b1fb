"""Identities, registries, locks, subnets, lists and creation: the resources beside a cluster's life."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.core.rest import HttpRequest

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import NETWORK_CONTRIBUTOR, Clients, clients
from tests.worlds import (
    CLUSTER_ID,
    GROUP,
    NODE_GROUP_ID,
    PUBLIC_IP_ID,
    ROUTE_TABLE_ID,
    SP_CLIENT_ID,
    SUBNET_ID,
    SUBSCRIPTION,
    cluster,
    one_cluster,
)


async def read(azure: Clients, path: str) -> Any:
    """GET what no SDK here has a client for."""
    answer = await azure.aks.send_request(HttpRequest("GET", path))
    return answer.json()


async def test_identities_come_and_go(simulate: SimulatorFactory) -> None:
    """201, then 200 with the same ids; the id has `resourcegroups` in lower case; gone is gone."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        first, again = await azure.identity(), await azure.identity()
        listed = [i.name async for i in azure.msi.user_assigned_identities.list_by_resource_group(GROUP)]
        await azure.msi.user_assigned_identities.delete(GROUP, "id-prod")
        await azure.msi.user_assigned_identities.delete(GROUP, "id-prod")
        with pytest.raises(ResourceNotFoundError):
            await azure.msi.user_assigned_identities.get(GROUP, "id-prod")
    assert [e.status for e in simulator.journal if e.method in {"PUT", "DELETE"}] == [201, 200, 200, 204]
    assert first.principal_id == again.principal_id
    assert "/resourcegroups/" in first.id
    assert listed == ["id-prod"]


async def test_federated_credentials_are_listed_below_their_identity(simulate: SimulatorFactory) -> None:
    """An identity tells whose tokens may be exchanged for its own, and most have none."""
    shop = {"name": "shop", "issuer": "https://oidc.example/", "subject": "system:serviceaccount:shop:shop"}
    identities = [
        {"name": "id-shop", "resource_group": GROUP, "federated_credentials": [shop]},
        {"name": "id-prod", "resource_group": GROUP, "tags": {"team": "a"}},
    ]
    async with clients(simulate(one_cluster(user_assigned_identities=identities))) as azure:
        federated = azure.msi.federated_identity_credentials
        found = {name: [one async for one in federated.list(GROUP, name)] for name in ("id-shop", "id-prod")}
        with pytest.raises(ResourceNotFoundError):
            _ = [one async for one in federated.list(GROUP, "id-none")]
        tags = (await azure.msi.user_assigned_identities.get(GROUP, "id-prod")).tags
    assert [(one.name, one.issuer, one.subject) for one in found["id-shop"]] == [tuple(shop.values())]
    assert (found["id-prod"], tags) == ([], {"team": "a"})


async def test_grants_of_a_deleted_identity_stay(simulate: SimulatorFactory) -> None:
    """Whoever deletes an identity leaves its role assignments to a principal that is not there any more."""
    async with clients(simulate(one_cluster())) as azure:
        identity = await azure.identity()
        made = await azure.grant(identity.principal_id, NETWORK_CONTRIBUTOR, SUBNET_ID)
        await azure.msi.user_assigned_identities.delete(GROUP, "id-prod")
        left = await azure.authorization.role_assignments.get_by_id(made.id)
    assert left.principal_id == identity.principal_id


async def test_registries_tell_which_roles_they_honour(simulate: SimulatorFactory) -> None:
    """`roleAssignmentMode` differs between the two kinds of registries."""
    registries = [
        {"name": "prodacr", "resource_group": "rg-shared"},
        {"name": "secureacr", "resource_group": "rg-shared", "mode": "abac"},
    ]
    simulator = simulate(one_cluster(registries=registries))
    async with clients(simulator) as azure:
        listed = [r async for r in azure.registries.registries.list()]
        one = await azure.registries.registries.get("RG-SHARED", "SECUREACR")
    modes = {r.name: r.properties.role_assignment_mode for r in listed}
    assert modes == {"prodacr": "LegacyRegistryPermissions", "secureacr": "AbacRepositoryPermissions"}
    assert one.properties.login_server == "secureacr.azurecr.io"


async def test_locks_of_a_subscription_include_those_below(simulate: SimulatorFactory) -> None:
    """The subscription's list shows the node group's lock; the cluster's group does not have it."""
    lock = {"name": "keep", "scope": NODE_GROUP_ID, "level": "CanNotDelete"}
    simulator = simulate(one_cluster(locks=[lock]))
    async with clients(simulator) as azure:
        locks = await read(azure, f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/locks")
        group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
        none = await read(azure, f"{group}/providers/Microsoft.Authorization/locks")
    assert [lock["properties"]["level"] for lock in locks["value"]] == ["CanNotDelete"]
    assert none == {"value": []}


async def test_a_route_table_is_found_on_the_subnet(simulate: SimulatorFactory) -> None:
    """The cluster shows user-defined routing and its outbound IPs; the subnet names the table."""
    network = {"route_table": ROUTE_TABLE_ID, "outbound_public_ips": [PUBLIC_IP_ID]}
    simulator = simulate(one_cluster(network=network))
    async with clients(simulator) as azure:
        profile = (await azure.cluster()).properties.network_profile
        subnet = await read(azure, SUBNET_ID)
    assert profile.outbound_type == "userDefinedRouting"
    assert profile.load_balancer_profile.outbound_i_ps.public_i_ps[0].id == PUBLIC_IP_ID
    assert subnet["properties"]["routeTable"] == {"id": ROUTE_TABLE_ID}


async def test_lists_come_in_pages(simulate: SimulatorFactory) -> None:
    """The unmodified SDK follows nextLink, which carries the token in both spellings."""
    world = one_cluster(clusters=[cluster(f"c{n}") for n in range(5)], behaviour={"page_size": 2})
    simulator = simulate(world)
    async with clients(simulator) as azure:
        names = [c.name async for c in azure.aks.managed_clusters.list()]
        in_group = [c.name async for c in azure.aks.managed_clusters.list_by_resource_group(GROUP.upper())]
    assert names == in_group == [f"c{n}" for n in range(5)]
    assert "%24skipToken=2&api-version=" in simulator.journal[1].response_body["nextLink"]


async def test_paths_are_compared_without_casing(simulate: SimulatorFactory) -> None:
    """A client may write a path as it likes."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        found = await read(azure, CLUSTER_ID.upper())
    assert found["id"] == CLUSTER_ID


@pytest.mark.foreign_client("creates; there is no eTag yet")
@pytest.mark.parametrize("managed", [True, False])
async def test_a_cluster_can_be_created(simulate: SimulatorFactory, *, managed: bool) -> None:
    """201 and Creating; in the end nodes run on what the body asked for."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        body: dict[str, Any] = {
            "location": "westeurope",
            "properties": {
                "servicePrincipalProfile": {"clientId": SP_CLIENT_ID},
                "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 2}],
            },
        }
        if managed:
            del body["properties"]["servicePrincipalProfile"]
            identity = (await azure.identity()).id
            body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}
        await azure.aks.managed_clusters.begin_create_or_update(GROUP, "new", body, polling=False)
        created = simulator.journal[-1]
        simulator.advance(3600)
        after = await azure.cluster("new")
    nodes = next(c["nodes"] for c in simulator.state()["clusters"] if c["id"] == after.id)
    assert (created.status, created.response_body["properties"]["provisioningState"]) == (201, "Creating")
    assert after.properties.provisioning_state == "Succeeded"
    assert [node["kubelet"] != "service-principal" for node in nodes] == [managed] * 2


async def test_graph_finds_principals_by_client_id(simulate: SimulatorFactory) -> None:
    """An application's object id is found; a fresh identity only once it has replicated."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        known = await read(azure, f"/v1.0/servicePrincipals?$filter=appId eq '{SP_CLIENT_ID}'")
        client_id = (await azure.identity()).client_id
        query = f"/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '{client_id}')"
        early = await read(azure, query)
        simulator.advance(60)
        late = await read(azure, query)
    assert known["value"][0]["appId"] == SP_CLIENT_ID
    assert early["value"] == []
    assert late["value"][0]["servicePrincipalType"] == "ManagedIdentity"


async def test_a_cloud_describes_itself(simulate: SimulatorFactory) -> None:
    """An object since 2022, a list before; every endpoint leads back to the simulator."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        new = await read(azure, "/metadata/endpoints?api-version=2022-09-01")
        old = await read(azure, "/metadata/endpoints?api-version=2019-05-01")
        discovery = await read(azure, f"/{simulator.tenant}/v2.0/.well-known/openid-configuration")
        subscriptions = await read(azure, "/subscriptions?api-version=2022-12-01")
    assert new["resourceManager"] == old[0]["resourceManager"] == simulator.arm
    assert discovery["token_endpoint"].startswith(simulator.arm)
    assert subscriptions["value"][0]["subscriptionId"] == SUBSCRIPTION


async def test_answers_carry_simulated_time_and_ids(simulate: SimulatorFactory) -> None:
    """The Date header tells simulated time; every answer can be correlated."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        simulator.advance(86400)
        answer = await azure.aks.send_request(HttpRequest("GET", CLUSTER_ID))
    assert answer.headers["Date"].startswith("Tue, 03 Nov 2026 06:")
    assert answer.headers["x-ms-correlation-request-id"]
    assert answer.headers["x-ms-request-id"]


async def test_a_shared_subnet_keeps_its_route_table(simulate: SimulatorFactory) -> None:
    """A second cluster in the subnet that names no route table does not take it away."""
    members = [cluster("a", network={"route_table": ROUTE_TABLE_ID}), cluster("b")]
    simulator = simulate(one_cluster(clusters=members), pace=1)
    async with clients(simulator) as azure:
        subnet = await read(azure, SUBNET_ID)
    assert subnet["properties"]["routeTable"] == {"id": ROUTE_TABLE_ID}
