"""Groups: what is granted to them, their members have."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from simulator import WorldError, load_world
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import ACR_PULL, clients
from tests.simulator.plain import listed, read
from tests.worlds import REGISTRY_ID, SP, SP_CLIENT_ID, SP_OBJECT_ID, SUBNET_ID, SUBSCRIPTION, one_cluster

PULLERS = "4c1d2e3f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
ALL = "5d2e3f40-6b7c-4d8e-9fa0-1b2c3d4e5f60"


def world(**changes: Any) -> dict[str, Any]:
    """The cluster's service principal may pull through a group that another group is in."""
    settings: dict[str, Any] = {
        "groups": [
            {"name": "pullers", "object_id": PULLERS, "members": [SP]},
            {"name": "all", "object_id": ALL, "members": ["pullers"]},
        ],
        "role_assignments": [
            {"principal": SP, "role": "Network Contributor", "scope": SUBNET_ID},
            {"principal": "all", "role": "AcrPull", "scope": REGISTRY_ID},
        ],
    }
    return one_cluster(**(settings | changes))


def test_members_have_what_their_groups_have(simulate: SimulatorFactory) -> None:
    """Nothing is broken at the start, and everything is where the member has left."""
    sound = simulate(world())
    apart = simulate(world(groups=[{"name": "pullers"}, {"name": "all", "members": ["pullers"]}]))
    assert sound.state()["broken_at_the_start"] == []
    assert {episode[1] for episode in apart.state()["broken_at_the_start"]} == {"ImagePullFailed"}


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_taking_a_grant_from_a_group_harms_its_members(simulate: SimulatorFactory) -> None:
    """The nodes of both pools cannot pull any more, at once."""
    simulator = simulate(world())
    async with clients(simulator) as azure:
        scoped = azure.authorization.role_assignments.list_for_scope(REGISTRY_ID, filter="atScope()")
        (grant,) = [one async for one in scoped]
        await azure.authorization.role_assignments.delete(REGISTRY_ID, grant.name)
    assert grant.principal_type == "Group"
    assert len(simulator.incidents) == 2


async def test_assigned_to_includes_groups_and_principal_id_does_not(simulate: SimulatorFactory) -> None:
    """One filter asks what somebody may, the other who is named."""
    simulator = simulate(world())
    async with clients(simulator) as azure:
        found = {
            query: {one.scope async for one in azure.authorization.role_assignments.list_for_subscription(query)}
            for query in (
                f"assignedTo('{SP_OBJECT_ID}')",
                f"principalId eq '{SP_OBJECT_ID}'",
                f"principalId eq '{ALL}'",
            )
        }
    assert list(found.values()) == [{SUBNET_ID, REGISTRY_ID}, {SUBNET_ID}, {REGISTRY_ID}]


async def test_a_grant_to_a_group_needs_no_type(simulate: SimulatorFactory) -> None:
    """Azure finds out that it is a group."""
    simulator = simulate(world())
    async with clients(simulator) as azure:
        scope = f"/subscriptions/{SUBSCRIPTION}"
        properties = {"roleDefinitionId": ACR_PULL, "principalId": PULLERS}
        made = await azure.authorization.role_assignments.create(scope, str(uuid4()), {"properties": properties})
    assert made.principal_type == "Group"


def test_a_runner_has_what_its_group_has(simulate: SimulatorFactory) -> None:
    """It sees the subscription, and reads what the group may read."""
    grants = [
        {"principal": SP, "role": "Network Contributor", "scope": SUBNET_ID},
        {"principal": "all", "role": "Reader", "scope": f"/subscriptions/{SUBSCRIPTION}"},
    ]
    simulator = simulate(world(runner={"principal": SP}, role_assignments=grants, pulls_from=[]))
    assert [one["subscriptionId"] for one in listed(simulator, "/subscriptions")] == [SUBSCRIPTION]
    assert read(simulator, REGISTRY_ID)["id"] == REGISTRY_ID


@pytest.mark.parametrize("path", ["transitiveMemberOf", "transitiveMemberOf/microsoft.graph.group"])
def test_the_directory_tells_the_groups(simulate: SimulatorFactory, path: str) -> None:
    """Those that a service principal is in, and those that these are in."""
    simulator = simulate(world())
    found = listed(simulator, f"/v1.0/servicePrincipals/{SP_OBJECT_ID}/{path}")
    assert {(one["id"], one["displayName"]) for one in found} == {(PULLERS, "pullers"), (ALL, "all")}
    assert {one["@odata.type"] for one in found} == {"#microsoft.graph.group"}


def test_the_directory_knows_groups_by_their_ids(simulate: SimulatorFactory) -> None:
    """Groups and principals are objects of one kind for whoever looks them up."""
    found = listed(
        simulate(world()), "/v1.0/directoryObjects/getByIds", body={"ids": [ALL, SP_OBJECT_ID, str(uuid4())]}
    )
    assert [one["@odata.type"].rpartition(".")[2] for one in found] == ["group", "servicePrincipal"]
    assert found[1]["appId"] == SP_CLIENT_ID


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        (
            [{"name": "a", "members": ["x"]}],
            "groups.0.members: no principal is named 'x', and no group above",
        ),
        ([{"name": SP}], f"groups.0.name: a principal is named '{SP}' already"),
    ],
)
def test_a_wrong_group_is_told(groups: list[dict[str, Any]], sentence: str) -> None:
    """Members exist, and names are of one thing only."""
    with pytest.raises(WorldError) as refused:
        load_world(one_cluster(groups=groups))
    assert str(refused.value) == sentence
