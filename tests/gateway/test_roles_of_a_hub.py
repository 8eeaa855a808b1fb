"""Custom roles that can be assigned only in the hub's subscription: what they permit is read there."""

from typing import Any

import pytest

from fleet_identity.gateway.arm.runner import runner
from fleet_identity.observe import observe_and_plan
from fleet_identity.permissions import RoleDefinition
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import WRITE_CLUSTER
from fleet_identity.roles import READER, role_named
from fleet_identity.target import Target
from tests.builders import grant
from tests.gateway.conftest import Connect, Connected
from tests.worlds import CLUSTER_ID, SP, SUBSCRIPTION, one_cluster, pool

pytestmark = pytest.mark.dry_run
HUB = "9c0c0c0c-0000-4000-8000-000000000001"
HUB_GROUP = f"/subscriptions/{HUB}/resourceGroups/rg-hub"
HUB_SUBNET = f"{HUB_GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
ROLES = {SUBSCRIPTION: READER, HUB: role_named("of the hub's")}
PULL = "Microsoft.ContainerRegistry/registries/pull/read"


def spoke(*, role: dict[str, Any], holder: str, **changes: Any) -> dict[str, Any]:
    """A cluster in one subscription; somebody holds a custom role in a group of another one."""
    plain = one_cluster(**changes)
    granted = {"principal": holder, "role": role["name"], "scope": HUB_GROUP}
    return plain | {
        "subscriptions": [*plain["subscriptions"], {"id": HUB, "name": "hub"}],
        "role_definitions": [role],
        "role_assignments": [*plain["role_assignments"], granted],
    }


async def planned(here: Connected) -> Plan:
    return await observe_and_plan(here.azure, ResourceId(CLUSTER_ID), Target())


def definitions_read(here: Connected) -> list[str]:
    """The subscriptions whose role definitions were listed."""
    return [one.path.split("/")[2] for one in here.simulator.journal if one.path.endswith("/roleDefinitions")]


@pytest.mark.parametrize("assignable", [f"/subscriptions/{HUB}", HUB_GROUP])
async def test_a_pull_role_of_the_hub_s_is_found(connect: Connect, assignable: str) -> None:
    """On the hub's group it lets nodes pull from registries that can't be told, so these must be named first."""
    puller = {"name": "ImagePuller", "actions": [PULL], "assignable_scopes": [assignable]}
    here = await connect(spoke(role=puller, holder=SP))
    plan = await planned(here)
    (found,) = [one for one in plan.findings if one.code == "RegistriesUnknown"]
    assert found.evidence == (
        "The old principal holds ImagePuller on resource group rg-hub, by which nodes may pull from registries that "
        "can't be told."
    )
    assert definitions_read(here) == [SUBSCRIPTION, HUB]


async def test_a_role_of_the_hub_s_that_cannot_pull_is_told_as_that(connect: Connect) -> None:
    """Its definition says that it has nothing to do with registries: it blocks nothing."""
    peering = {"name": "Peering", "actions": ["Microsoft.Network/*/read"], "assignable_scopes": [HUB_GROUP]}
    plan = await planned(await connect(spoke(role=peering, holder=SP)))
    assert not plan.blocked
    assert any(one.code == "RoleNotCopied" and "Peering" in one.evidence for one in plan.findings)


async def test_known_roles_ask_no_other_subscription(connect: Connect) -> None:
    """One list is enough where it tells of every role that is held."""
    here = await connect(spoke(role={"name": "Everywhere", "actions": ["*/read"]}, holder=SP))
    await planned(here)
    assert definitions_read(here) == [SUBSCRIPTION]


async def test_a_right_of_the_runner_s_in_the_hub_counts(connect: Connect) -> None:
    """A custom role of the hub's lets it join the subnet: no right is missing."""
    joiner = {
        "name": "Joiner",
        "actions": ["Microsoft.Network/virtualNetworks/subnets/*", "Microsoft.Authorization/*"],
        "assignable_scopes": [f"/subscriptions/{HUB}"],
    }
    pools = [pool("system", subnet=HUB_SUBNET)]
    world = spoke(role=joiner, holder="sp-runner", node_pools=pools)
    world["service_principals"] = [*world["service_principals"], {"name": "sp-runner"}]
    world["role_assignments"] += [
        {"principal": "sp-runner", "role": "Owner", "scope": f"/subscriptions/{SUBSCRIPTION}"},
        {"principal": "sp-runner", "role": "Reader", "scope": f"/subscriptions/{HUB}"},
    ]
    here = await connect(world | {"runner": {"principal": "sp-runner"}})
    plan = await planned(here)
    assert "MissingRight" not in {one.code for one in plan.findings}
    assert plan.now


def test_a_role_that_cannot_be_read_is_not_held_against_the_runner() -> None:
    """Where what a role permits is not known, neither is what the runner may not do there; elsewhere it is."""
    held = {one: (grant("runner", role, ResourceId(f"/subscriptions/{one}")),) for one, role in ROLES.items()}
    reader = RoleDefinition(guid=READER.guid, name=READER.name, actions=("*/read",))
    found = runner("runner", "tenant", held, {READER.guid: reader})
    assert found.may(WRITE_CLUSTER, ResourceId(f"/subscriptions/{HUB}"))
    assert not found.may(WRITE_CLUSTER, ResourceId(f"/subscriptions/{SUBSCRIPTION}"))
