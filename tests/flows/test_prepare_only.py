"""A run that only prepares: identities and grants for all members, and not one cluster touched."""

from typing import Any

import pytest

from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.outcome import Outcome, State, from_preparation
from fleet_identity.planner import plan
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from fleet_identity.timeline import Phase
from flows.migrate_fleet import migrate_fleet
from simulator import Simulator
from tasks.conclude import outcomes_of, state_of
from tests.azure_fixture import READS_BY_POST
from tests.builders import cluster as a_cluster
from tests.builders import surroundings
from tests.flows.conftest import Azure
from tests.flows.fleets import is_switch, waits
from tests.worlds import GROUP, SP, SUBNET_ID, SUBSCRIPTION, cluster, one_cluster

TWO_HOURS = 7200
FLEET = FleetSpec(scope=Scope(subscriptions=(SUBSCRIPTION,)))


def fleet(*members: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return one_cluster(clusters=list(members), **changes)


async def run(*, dry_run: bool = False, prepare_only: bool = True) -> dict[str, Outcome]:
    running = migrate_fleet(fleet=FLEET, dry_run=dry_run, prepare_only=prepare_only, return_state=True)
    return {one.cluster_id.name: one for one in await outcomes_of(await state_of(running))}


def wrote(simulator: Simulator, begin: int = 0) -> list[str]:
    """What was written, by kind and name, in that order; reads by POST left out."""
    asked = [one for one in simulator.journal[begin:] if one.method != "GET" and not one.path.endswith(READS_BY_POST)]
    return [f"{one.method} {one.path.split('/')[-2]}" for one in asked]


async def test_no_cluster_is_touched(azure: Azure) -> None:
    """Identities and grants are there, each cluster says what it is and what comes next, and no cluster was PUT."""
    done = cluster("d", identity={"user_assigned": "id-d"}, pulls_from=[])
    identities = [{"name": "id-d", "resource_group": GROUP}]
    members = (cluster("a"), cluster("b"), cluster("c", power="Stopped"), done)
    simulator = azure(fleet(*members, user_assigned_identities=identities), pace=60)
    found = await run()
    assert {name: one.state for name, one in found.items()} == {
        "a": State.PREPARED,
        "b": State.PREPARED,
        "c": State.NEEDS_HUMAN,
        "d": State.NEEDS_HUMAN,
    }
    assert {name: {one.phase for one in told.timeline} for name, told in found.items()} == {
        "a": {Phase.GRANTS},
        "b": {Phase.GRANTS},
        "c": set(),
        "d": set(),
    }
    assert found["a"].left[0] == "next: wait until the grant of identity id-a is 60 minutes old"
    assert found["a"].left[1].startswith("next: switch the control plane to id-a")
    assert "RecordMissing" in found["d"].left[0]
    assert sorted(wrote(simulator)) == ["PUT roleAssignments"] * 2 + ["PUT userAssignedIdentities"] * 2
    assert (found["a"].before, found["a"].after) == ("service principal",) * 2


async def test_what_is_prepared_costs_no_write(azure: Azure) -> None:
    """A second run finds everything there; a run that migrates goes straight to the switch, without a new grant."""
    only_network = [{"principal": SP, "role": "Network Contributor", "scope": SUBNET_ID}]
    simulator = azure(fleet(waits("a"), waits("b"), role_assignments=only_network))
    await run()
    begin = len(simulator.journal)
    assert {one.state for one in (await run()).values()} == {State.PREPARED}
    assert wrote(simulator, begin) == []
    simulator.advance(TWO_HOURS)
    begin = len(simulator.journal)
    assert {one.state for one in (await run(prepare_only=False)).values()} == {State.WAITING}
    assert wrote(simulator, begin) == ["PUT managedClusters"] * 2
    begin = len(simulator.journal)
    assert {one.state for one in (await run()).values()} == {State.WAITING}
    assert wrote(simulator, begin) == []


@pytest.mark.dry_run
async def test_a_dry_run_wins(azure: Azure) -> None:
    """Who asks for both gets the plan, and nothing is made."""
    azure(fleet(cluster("a")))
    assert (await run(dry_run=True))["a"].state is State.PLANNED


@pytest.mark.parametrize(
    ("error", "state", "told"),
    [
        ("RoleAssignmentLimitExceeded", State.NEEDS_HUMAN, "Remove role assignments that nobody uses"),
        ("InvalidParameter", State.FAILED, "please report it"),
    ],
)
async def test_what_could_not_be_prepared(azure: Azure, error: str, state: State, told: str) -> None:
    """One that could not be prepared says why, and the others are prepared; the next run makes up for it."""
    simulator = azure(fleet(cluster("a"), cluster("b")))
    simulator.add_faults([{"match": {"method": "PUT", "path": "userAssignedIdentities/id-a$"}, "error": error}])
    found = await run()
    assert {name: one.state for name, one in found.items()} == {"a": state, "b": State.PREPARED}
    assert told in found["a"].left[0]
    assert (await run())["a"].state is State.PREPARED
    assert not any(is_switch(one.method, one.path) for one in simulator.journal)


def test_what_azure_does_not_show_is_not_there() -> None:
    """Nothing went wrong and still a grant is missing: it is not said to be prepared."""
    found = from_preparation(plan(a_cluster(), surroundings(), Target()))
    assert found.state is State.FAILED
    assert found.left[0].startswith("Azure does not show it yet, run again: create user-assigned identity id-prod")


def test_a_defect_is_told_too() -> None:
    """What is no error of ours makes the cluster Failed, with its words."""
    found = from_preparation(plan(a_cluster(), surroundings(), Target()), ValueError("a defect"))
    assert (found.state, found.left) == (State.FAILED, ("a defect",))
