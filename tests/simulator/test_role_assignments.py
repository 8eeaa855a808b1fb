"""Role assignments: creating, refusing, listing, and how long a principal takes to be found."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from azure.core.exceptions import HttpResponseError

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import ACR_PULL, NETWORK_CONTRIBUTOR, Clients, clients
from tests.worlds import GROUP, REGISTRY_ID, SP_OBJECT_ID, SUBNET_ID, SUBSCRIPTION, one_cluster

BODY = {"roleDefinitionId": ACR_PULL, "principalId": SP_OBJECT_ID, "principalType": "ServicePrincipal"}
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"


async def create(azure: Clients, name: str, scope: str = GROUP_ID, **changes: Any) -> Any:
    """Grant under a name."""
    properties = {key: value for key, value in (BODY | changes).items() if value is not None}
    return await azure.authorization.role_assignments.create(scope, name, {"properties": properties})


async def refusal(attempt: Any) -> tuple[int | None, str | None]:
    """The status and code with which an attempt is refused."""
    with pytest.raises(HttpResponseError) as refused:
        await attempt
    error = refused.value
    return error.status_code, error.error.code if error.error else None


async def test_a_grant_tells_its_age(simulate: SimulatorFactory) -> None:
    """201 at first, 200 for the same again; `createdOn` has seven digits and does not move."""
    simulator = simulate(one_cluster())
    name = str(uuid4())
    async with clients(simulator) as azure:
        first, again = await create(azure, name), await create(azure, name)
    statuses = [exchange.status for exchange in simulator.journal if exchange.method == "PUT"]
    created_on = simulator.journal[-1].response_body["properties"]["createdOn"]
    assert statuses == [201, 200]
    assert first.created_on == again.created_on
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", created_on)


async def test_a_name_stands_for_one_grant(simulate: SimulatorFactory) -> None:
    """The same name for another principal, and the same grant under another name, are both refused."""
    simulator = simulate(one_cluster())
    name = str(uuid4())
    async with clients(simulator) as azure:
        await create(azure, name)
        other = await refusal(create(azure, name, principalId=str(uuid4())))
        twice = await refusal(create(azure, str(uuid4())))
    assert other == (400, "RoleAssignmentUpdateNotPermitted")
    assert twice == (409, "RoleAssignmentExists")


async def test_a_fresh_principal_is_not_found_without_its_type(simulate: SimulatorFactory) -> None:
    """Until the directory has replicated, a grant without principalType is a 400; with it, it is not."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        identity = await azure.identity()
        too_early = await refusal(create(azure, str(uuid4()), principalId=identity.principal_id, principalType=None))
        await create(azure, str(uuid4()), principalId=identity.principal_id)
        simulator.advance(30)
        scope = f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/x"
        await create(azure, str(uuid4()), scope, principalId=identity.principal_id, principalType=None)
    assert too_early == (400, "PrincipalNotFound")


async def test_unknown_roles_and_scopes_are_refused(simulate: SimulatorFactory) -> None:
    """A role that does not exist, a group that does not, a subscription that does not."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        role = await refusal(create(azure, str(uuid4()), roleDefinitionId=f"{ACR_PULL[:-1]}e"))
        group = await refusal(create(azure, str(uuid4()), f"/subscriptions/{SUBSCRIPTION}/resourceGroups/none"))
        subscription = await refusal(create(azure, str(uuid4()), f"/subscriptions/{uuid4()}"))
    assert role == (404, "RoleDefinitionDoesNotExist")
    assert group == (404, "ResourceGroupNotFound")
    assert subscription == (404, "SubscriptionNotFound")


@pytest.mark.parametrize(
    ("scope", "query", "expected"),
    [
        (f"/subscriptions/{SUBSCRIPTION}", None, {SUBNET_ID, REGISTRY_ID, GROUP_ID}),
        (f"/subscriptions/{SUBSCRIPTION}", "atScope()", set[str]()),
        (REGISTRY_ID, "atScope()", {REGISTRY_ID}),
        (REGISTRY_ID.lower(), f"atScope() and assignedTo('{SP_OBJECT_ID.upper()}')", {REGISTRY_ID}),
        (f"/subscriptions/{SUBSCRIPTION}", f"principalId eq '{SP_OBJECT_ID}'", {SUBNET_ID, REGISTRY_ID}),
        (f"{SUBNET_ID}/providers/x/y/z", None, {SUBNET_ID}),
        (f"/subscriptions/{SUBSCRIPTION}", "principalId eq '00000000-0000-4000-8000-000000000000'", set[str]()),
    ],
)
async def test_lists_show_what_the_scope_and_filter_name(
    simulate: SimulatorFactory, scope: str, query: str | None, expected: set[str]
) -> None:
    """At, above and below a scope; not below with atScope(); of one principal where the filter names one."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        await create(azure, str(uuid4()), principalId=str(uuid4()))
        listed = azure.authorization.role_assignments.list_for_scope(scope, filter=query)
        found = {assignment.scope async for assignment in listed}
    assert found == expected


async def test_an_unknown_filter_is_refused(simulate: SimulatorFactory) -> None:
    """A filter that is not understood is a 400, not an unfiltered list."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        listed = azure.authorization.role_assignments.list_for_scope(GROUP_ID, filter="roleName eq 'x'")
        assert await refusal(anext(listed)) == (400, "UnsupportedQuery")


async def test_a_grant_can_be_read_and_taken_away(simulate: SimulatorFactory) -> None:
    """By name and by id; taking away what is not there is a 204."""
    simulator = simulate(one_cluster())
    name = str(uuid4())
    async with clients(simulator) as azure:
        created = await create(azure, name)
        assert (await azure.authorization.role_assignments.get(GROUP_ID, name)).id == created.id
        await azure.authorization.role_assignments.delete_by_id(created.id)
        await azure.authorization.role_assignments.delete(GROUP_ID, name)
        gone = await refusal(azure.authorization.role_assignments.get_by_id(created.id))
    assert [e.status for e in simulator.journal if e.method == "DELETE"] == [200, 204]
    assert gone == (404, "RoleAssignmentNotFound")


async def test_roles_are_found_by_name_in_any_casing(simulate: SimulatorFactory) -> None:
    """The built-in roles carry Azure's GUIDs."""
    simulator = simulate(one_cluster())
    async with clients(simulator) as azure:
        definitions = azure.authorization.role_definitions
        [found] = [role async for role in definitions.list(GROUP_ID, filter="roleName eq 'network contributor'")]
        read = await definitions.get(GROUP_ID, found.name)
    assert NETWORK_CONTRIBUTOR.endswith(found.name)
    assert read.role_name == "Network Contributor"
    assert "Microsoft.Network/*" in read.permissions[0].actions
