"""The flows, by a runner that has the role which the operator's command prints, under its condition, and no more."""

import json
from typing import Any

import pytest

from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.gateway.arm.error_table import CONDITION_REFUSES
from fleet_identity.outcome import Outcome, State
from fleet_identity.resource_id import ResourceId, identity_id
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from flows.assess_fleet import assess_fleet
from flows.create_cluster import create_cluster
from flows.migrate_cluster import migrate_cluster
from flows.migrate_fleet import migrate_fleet
from flows.undo_preparation import undo_preparation
from simulator import Simulator
from tasks.conclude import outcome_of, outcomes_of, state_of
from tests.flows.conftest import Azure
from tests.flows.fleets import is_switch
from tests.flows.test_create_cluster import NEW, TARGET
from tests.gateway.rights_stories import by_the_printed_role, using_everything
from tests.worlds import CLUSTER, CLUSTER_ID, GROUP, SUBNET_ID, SUBSCRIPTION, cluster, one_cluster

NO_MORE_REGISTRIES = Target(registries=())
EVERYTHING = Group(name="everything", rest=True, max_concurrency="2")
FLEET = FleetSpec(
    scope=Scope(subscriptions=(SUBSCRIPTION,)),
    target=NO_MORE_REGISTRIES,
    strategy=Strategy(stages=(Stage(name="all", groups=(EVERYTHING,)),), maintenance_windows=True),
)
IDENTITY = identity_id(SUBSCRIPTION, GROUP, f"id-{CLUSTER}").text


def refusals(simulator: Simulator) -> list[str]:
    return [f"{one.method} {one.path}: {one.response_body}" for one in simulator.journal if one.status == 403]


async def migrate() -> Outcome:
    run = migrate_cluster(CLUSTER_ID, target=NO_MORE_REGISTRIES, dry_run=False, return_state=True)
    return await outcome_of(ResourceId(CLUSTER_ID), await state_of(run))


async def migrate_all(*, prepare_only: bool = False) -> set[State]:
    run = migrate_fleet(fleet=FLEET, dry_run=False, prepare_only=prepare_only, return_state=True)
    return {one.state for one in await outcomes_of(await state_of(run))}


async def take_back() -> tuple[Outcome, ...]:
    return tuple(await outcomes_of(await state_of(undo_preparation(fleet=FLEET, dry_run=False, return_state=True))))


async def create() -> Outcome:
    run = create_cluster(cluster=NEW, target=TARGET, dry_run=False, return_state=True)
    return await outcome_of(NEW.cluster_id, await state_of(run))


async def test_one_cluster(azure: Azure) -> None:
    """A cluster that names all that asks for rights outside itself is assessed and moved; nothing is refused."""
    simulator = azure(by_the_printed_role(using_everything()))
    (assessed,) = await assess_fleet(FLEET.scope, NO_MORE_REGISTRIES)
    codes = {finding.code for finding in assessed.plan.findings}
    assert codes.isdisjoint({"MissingRight", "NotRead", "RoleNotAllowed"})
    assert (await migrate()).state is State.MIGRATED
    assert refusals(simulator) == []


async def test_a_fleet(azure: Azure) -> None:
    """It is prepared, that is taken back, and then it is moved for good; nothing is refused."""
    simulator = azure(by_the_printed_role(one_cluster(clusters=[cluster("a"), cluster("b")])))
    assert await migrate_all(prepare_only=True) == {State.PREPARED}
    assert {one.state for one in await take_back()} == {State.UNDONE}
    assert await migrate_all() == {State.MIGRATED}
    assert refusals(simulator) == []


async def test_a_new_cluster(azure: Azure) -> None:
    """It is made with identities and roles of its own; nothing is refused."""
    simulator = azure(by_the_printed_role(one_cluster()))
    assert (await create()).state is State.CREATED
    assert refusals(simulator) == []


LEFT_OUT = {
    "Microsoft.ContainerService/managedClusters/agentPools/upgradeProfiles/read": f"{CLUSTER_ID}/agentPools/system",
    "Microsoft.ManagedIdentity/userAssignedIdentities/write": IDENTITY,
    "Microsoft.Authorization/roleAssignments/write": SUBNET_ID,
    "Microsoft.ContainerService/managedClusters/write": CLUSTER_ID,
}
"""One action to read by, one of each kind to write by, and where it is missed first."""


@pytest.mark.dry_run
@pytest.mark.parametrize("action", LEFT_OUT)
async def test_a_right_that_is_left_out(azure: Azure, action: str) -> None:
    """The run ends as one that wants a person, and its sentence names the action and the scope; nothing is begun."""
    azure(by_the_printed_role(one_cluster(), without=action))
    outcome = await migrate()
    assert outcome.state is State.NEEDS_HUMAN
    assert names(outcome, action, LEFT_OUT[action]), outcome.left


async def test_the_right_to_take_back_that_is_left_out(azure: Azure) -> None:
    """What was prepared stays as it is, and the sentence names the action and the scope."""
    action = "Microsoft.ManagedIdentity/userAssignedIdentities/delete"
    simulator = azure(by_the_printed_role(one_cluster(), without=action))
    await migrate_all(prepare_only=True)
    (outcome,) = await take_back()
    assert outcome.state is State.NEEDS_HUMAN
    assert names(outcome, action, IDENTITY), outcome.left
    assert "DELETE" not in {one.method for one in simulator.journal}


@pytest.fixture
def outdated(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A runner whose condition was printed when the allow-list was shorter."""
    with monkeypatch.context() as before:
        before.setenv("FLEET_IDENTITY_GRANTED_ROLES", json.dumps(["AcrPull"]))
        return by_the_printed_role(one_cluster())


@pytest.mark.dry_run
async def test_a_condition_that_is_older_than_the_allow_list(azure: Azure, outdated: dict[str, Any]) -> None:
    """What it does not name is told before anything is done: no action is missing, and the sentence does not say so."""
    azure(outdated)
    outcome = await migrate()
    assert outcome.state is State.NEEDS_HUMAN
    (told,) = outcome.left
    assert f"roleAssignments/write on {SUBNET_ID} only under a condition" in told
    assert "does not name Network Contributor. Replace that condition with the one printed by `python -m" in told


async def test_a_condition_that_only_azure_can_judge(azure: Azure, outdated: dict[str, Any]) -> None:
    """Of another form than ours it is judged by Azure's refusal, whose sentence says what bounds the grant."""
    for grant in outdated["role_assignments"]:
        if grant.get("condition"):
            grant["condition"] = f"({grant['condition']})"
    simulator = azure(outdated)
    outcome = await migrate()
    assert outcome.state is State.NEEDS_HUMAN
    assert names(outcome, "Microsoft.Authorization/roleAssignments/write", SUBNET_ID), outcome.left
    assert any(CONDITION_REFUSES.advice in left for left in outcome.left)
    assert not any("Grant the runner's identity the action" in left for left in outcome.left)
    assert not any(is_switch(one.method, one.path) for one in simulator.journal)


def names(outcome: Outcome, action: str, scope: str) -> bool:
    """Whether one sentence names both; ARM's ids differ in case."""
    return any(action in left and scope.lower() in left.lower() for left in outcome.left)
