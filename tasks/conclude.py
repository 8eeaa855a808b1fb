"""From an outcome to the Prefect state that shows it, and back.

Blocked clusters must not shine green: NeedsHuman, Failed and BudgetExhausted are of type Failed, all else is Completed.
A Failed state that carries data breaks a plain `await child()`, so flows call children with `return_state=True`
and read what comes back with `outcome_of`, here and nowhere else.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar, cast

from prefect.client.schemas.objects import State as PrefectState
from prefect.exceptions import MissingResult
from prefect.states import Completed, Failed

from fleet_identity.assessment import Assessed
from fleet_identity.errors import FleetIdentityError, TerminalError
from fleet_identity.outcome import Outcome, State, failed, state_of_error
from fleet_identity.report.words import by_state
from fleet_identity.resource_id import ResourceId

BUDGET_EXHAUSTED = "BudgetExhausted"
"""The state of a fleet's run that its budget of failures has cut short; its outcomes tell of each cluster."""
NODE_IMAGES_AVAILABLE = "NodeImagesAvailable"
"""The state of an assessment that has found node images for clusters which have switched and owe a roll."""
DataT = TypeVar("DataT")


def conclude(outcome: Outcome) -> Outcome:
    """End a run on one cluster in the state that its outcome names."""
    told = "; ".join(outcome.left) or f"{outcome.before} -> {outcome.after}"
    return _end(outcome.state, told, outcome, red=outcome.state.wants_attention)


def before_of(state: PrefectState[Any]) -> str:
    """Read what a cluster ran on from the state in which its migration has ended."""
    return (state.message or "unknown").partition(" -> ")[0]


def conclude_fleet(outcomes: Sequence[Outcome], *, stopped: str = "", by_budget: bool = False) -> list[Outcome]:
    """End a run on a fleet in the state of its cluster that most wants attention; red if clusters were held back.

    Args:
        outcomes: Of all clusters of the run.
        stopped: Why the run was stopped, "" if it was not. It is told only where clusters were held back: a budget that
            the last clusters have used up has stopped nothing.
        by_budget: Whether more clusters failed than was allowed, which is a state of its own.
    """
    told, state = by_state(outcomes), worst(outcomes)
    held_back = any(outcome.state is State.NOT_STARTED for outcome in outcomes)
    if stopped and held_back:
        name = BUDGET_EXHAUSTED if by_budget else state
        return _end(name, f"{stopped}; {told}", list(outcomes), red=True)
    return _end(state, told, list(outcomes), red=state.wants_attention or held_back)


def conclude_early(error: FleetIdentityError) -> Any:
    """End a run that has come to no outcome in the state that its error asks for; who awaits the run has it raised."""
    return _end(state_of_error(error), str(error), error, red=True)


def conclude_assessment(assessed: tuple[Assessed, ...]) -> tuple[Assessed, ...]:
    """End an assessment; in a state of its own where clusters that have switched can be brought to a node image."""
    ready = [one.cluster.id.name for one in assessed if one.image_is_there]
    if not ready:
        return assessed
    return _end(NODE_IMAGES_AVAILABLE, f"There are newer node images for {', '.join(ready)}", assessed, red=False)


def worst(outcomes: Sequence[Outcome]) -> State:
    """Give the state that most wants attention."""
    order = (
        State.FAILED,
        State.NEEDS_HUMAN,
        State.PLANNED,
        State.NOT_STARTED,
        State.PREPARED,
        State.WAITING,
        State.SKIPPED,
        State.KEPT,
        State.UNDONE,
        State.MIGRATED,
        State.CREATED,
    )
    present = {outcome.state for outcome in outcomes}
    return next((state for state in order if state in present), State.ALREADY_MIGRATED)


async def state_of(call: object) -> PrefectState[Any]:
    """Await a flow or task called with `return_state=True`; Prefect's types forget that an async one is awaited."""
    return await cast(Awaitable[PrefectState[Any]], call)


async def outcome_of(cluster_id: ResourceId, state: PrefectState[Any]) -> Outcome:
    """Read the outcome of a child run, whatever became of it; one of another cluster is refused.

    Prefect re-attaches the children of a retried parent by the order of calls, so the id is checked.
    """
    data = await _data_of(state)
    if isinstance(data, Outcome):
        if data.cluster_id != cluster_id:
            return failed(cluster_id, f"The run answered for {data.cluster_id.name}; run again.")
        return data
    return failed(cluster_id, _ended(state, data))


async def outcomes_of(state: PrefectState[Any]) -> list[Outcome]:
    """Read the outcomes of a fleet run; raise what ended it before it had any."""
    data = await _data_of(state)
    if isinstance(data, list):
        return cast(list[Outcome], data)
    raise data if isinstance(data, FleetIdentityError) else TerminalError(_ended(state, data))


async def _data_of(state: PrefectState[Any]) -> Any:
    try:
        return await state.aresult(raise_on_failure=False)
    except MissingResult:
        return None


def _ended(state: PrefectState[Any], data: object) -> str:
    reason = str(data) if isinstance(data, Exception) else state.message
    return f"The run ended {state.name}: {reason or 'no reason was given'}"


def _end(name: str, message: str, data: DataT, *, red: bool) -> DataT:
    kind = Failed if red else Completed
    # Prefect takes a State returned from a flow as its end, and hands its data to the caller as the result
    return cast(DataT, kind(name=str(name), message=message, data=data))
