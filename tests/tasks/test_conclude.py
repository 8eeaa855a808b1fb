"""Outcomes become Prefect states, and states become outcomes again, through Prefect's own engine."""

from typing import Any

import pytest
from prefect import flow
from prefect.client.schemas.objects import State as PrefectState
from prefect.states import Cancelled, Completed, Crashed, Failed

from cli.exit_status import ExitStatus, exit_status
from fleet_identity.errors import NeedsHumanError, TerminalError
from fleet_identity.outcome import Outcome, State
from fleet_identity.resource_id import ResourceId
from tasks.conclude import conclude, conclude_fleet, outcome_of, outcomes_of, state_of
from tests.builders import CLUSTER

EXHAUSTED = "cluster b failed, and group a allows 0"
OTHER = ResourceId(f"{CLUSTER}-2")


def outcome(state: State, cluster: ResourceId = CLUSTER) -> Outcome:
    return Outcome(cluster_id=cluster, state=state, before="service principal", after="user-assigned", left=("this",))


async def run_that_ends(data: Any) -> PrefectState[Any]:
    @flow
    async def run() -> Any:
        return data

    return await state_of(run(return_state=True))


@pytest.mark.usefixtures("prefect")
@pytest.mark.parametrize("state", list(State))
async def test_there_and_back(state: State) -> None:
    """Each state keeps its name, is red where somebody must look, and gives the outcome back."""
    ended = await run_that_ends(conclude(outcome(state)))
    assert ended.name == state.value
    assert ended.is_failed() == (state in {State.NEEDS_HUMAN, State.FAILED})
    assert await outcome_of(CLUSTER, ended) == outcome(state)


@pytest.mark.usefixtures("prefect")
async def test_a_fleet_there_and_back() -> None:
    """A fleet is as bad as its worst cluster, and gives all outcomes back."""
    outcomes = [outcome(State.MIGRATED), outcome(State.NEEDS_HUMAN, OTHER)]
    ended = await run_that_ends(conclude_fleet(outcomes))
    assert (ended.name, ended.is_failed()) == ("NeedsHuman", True)
    assert await outcomes_of(ended) == outcomes


@pytest.mark.usefixtures("prefect")
async def test_a_fleet_that_its_budget_has_stopped() -> None:
    """The run says so in a red state of its own, which an automation can tell apart, and gives all outcomes back."""
    outcomes = [outcome(State.NOT_STARTED), outcome(State.FAILED, OTHER)]
    ended = await run_that_ends(conclude_fleet(outcomes, stopped=EXHAUSTED, by_budget=True))
    assert (ended.name, ended.is_failed()) == ("BudgetExhausted", True)
    assert str(ended.message).startswith("cluster b failed, and group a allows 0; ")
    assert await outcomes_of(ended) == outcomes


@pytest.mark.usefixtures("prefect")
@pytest.mark.parametrize("last", [State.FAILED, State.NEEDS_HUMAN])
async def test_a_budget_that_has_stopped_nothing(last: State) -> None:
    """Used up by the last cluster, it is not what the run ends as."""
    outcomes = [outcome(State.MIGRATED), outcome(last, OTHER)]
    ended = await run_that_ends(conclude_fleet(outcomes, stopped=EXHAUSTED, by_budget=True))
    assert (ended.name, ended.is_failed()) == (last.value, True)


@pytest.mark.usefixtures("prefect")
async def test_a_fleet_that_was_stopped() -> None:
    """What holds clusters back is told, and is red, though nothing has failed."""
    outcomes = [outcome(State.MIGRATED), outcome(State.NOT_STARTED, OTHER)]
    ended = await run_that_ends(conclude_fleet(outcomes, stopped="cluster a waits for a node image"))
    assert (ended.name, ended.is_failed()) == ("NotStarted", True)
    assert ended.message == "cluster a waits for a node image; 1 Migrated, 1 NotStarted"
    assert await outcomes_of(ended) == outcomes


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ({State.MIGRATED, State.WAITING, State.SKIPPED}, ExitStatus.DONE),
        ({State.MIGRATED, State.NOT_STARTED}, ExitStatus.PERSON_MUST_ACT),
        ({State.MIGRATED, State.NEEDS_HUMAN}, ExitStatus.PERSON_MUST_ACT),
        ({State.FAILED, State.NOT_STARTED}, ExitStatus.FAILED),
    ],
)
def test_the_exit_status(found: set[State], status: ExitStatus) -> None:
    """A run that has left clusters out of their turn has not done all, whatever has stopped it."""
    assert exit_status([outcome(state) for state in found]) is status


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (Failed(data=ValueError("a defect")), "a defect"),
        (Failed(message="no data"), "no data"),
        (Crashed(message="the worker died"), "the worker died"),
        (Cancelled(message="stopped by hand"), "stopped by hand"),
        (Completed(data=None), "no reason was given"),
        (Completed(data=outcome(State.MIGRATED, OTHER)), "answered for prod-2"),
    ],
    ids=["raised", "failed", "crashed", "cancelled", "empty", "of another cluster"],
)
async def test_states_without_an_outcome(state: PrefectState[Any], told: str) -> None:
    """Whatever else became of a child run, its cluster counts as failed, with the reason; never as done."""
    read = await outcome_of(CLUSTER, state)
    assert (read.cluster_id, read.state) == (CLUSTER, State.FAILED)
    assert told in read.left[0]


async def test_a_fleet_run_that_never_began() -> None:
    """What ended a fleet run before it had outcomes is raised as it was."""
    with pytest.raises(NeedsHumanError, match="wrong"):
        await outcomes_of(Failed(data=NeedsHumanError("wrong")))
    with pytest.raises(TerminalError, match="Crashed: gone"):
        await outcomes_of(Crashed(message="gone"))
