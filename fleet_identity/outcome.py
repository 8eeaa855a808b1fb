"""How the migration of one cluster ended, or would begin: what a run hands on and a report shows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from fleet_identity.errors import FleetIdentityError, HeldBackError, NeedsHumanError
from fleet_identity.findings import Finding, Severity
from fleet_identity.opening import Opening
from fleet_identity.plan import Line, Plan, line_of
from fleet_identity.resource_id import ResourceId
from fleet_identity.timeline import Span
from fleet_identity.verdict import PoolVerdict


class State(StrEnum):
    """The states in which a run on one cluster ends; each is the name of its Prefect state."""

    MIGRATED = "Migrated"
    ALREADY_MIGRATED = "AlreadyMigrated"
    WAITING = "WaitingForNodeImage"
    CREATED = "Created"
    PLANNED = "Planned"
    PREPARED = "Prepared"
    UNDONE = "Undone"
    KEPT = "Kept"
    NOT_STARTED = "NotStarted"
    SKIPPED = "Skipped"
    NEEDS_HUMAN = "NeedsHuman"
    FAILED = "Failed"

    @property
    def wants_attention(self) -> bool:
        """Whether somebody must look at a cluster that has ended so: red in Prefect, a warning in the log."""
        return self in {State.NEEDS_HUMAN, State.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one cluster fared. The state tells of the run, the verdicts of what is known about the nodes."""

    cluster_id: ResourceId
    state: State
    before: str = "unknown"
    """What the control plane ran on when the run began, in words."""
    after: str = "unknown"
    """What it runs on now."""
    verdicts: tuple[PoolVerdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    left: tuple[str, ...] = ()
    """What is left to be done, and why: blocking findings, pools that wait, the error that ended the run."""
    plan: tuple[Line, ...] = ()
    """The last plan, line by line: what a dry run shows, and what a run leaves."""
    seconds: float = 0.0
    """How long the run took, in seconds of Azure's time."""
    timeline: tuple[Span, ...] = ()
    """What the run has done, and when."""
    opening: Opening | None = None
    """Of a dry run: when disruptive steps may begin; None where any time will do, or none can be told."""
    in_earlier_try: bool = False
    """Whether the run had done it all before it was suspended, or retried."""


def from_plan(  # noqa: PLR0913 - named, and each tells something of its own
    plan: Plan,
    *,
    before: str,
    worked: bool,
    seconds: float,
    noticed: Iterable[Finding],
    done: State = State.MIGRATED,
) -> Outcome:
    """Conclude from the last plan of a run; `worked` tells whether the run applied anything, `done` what to call it."""
    return Outcome(
        cluster_id=plan.cluster_id,
        state=_state(plan, done if worked else State.ALREADY_MIGRATED),
        before=before,
        after=plan.identity,
        verdicts=plan.verdicts,
        findings=tuple(dict.fromkeys((*plan.findings, *noticed))),
        left=_left(plan),
        plan=plan.describe(),
        seconds=seconds,
    )


def with_opening(outcome: Outcome, found: Opening | Finding) -> Outcome:
    """Tell with a plan when windows let its disruptive steps begin, or warn that they never do."""
    if isinstance(found, Opening):
        return replace(outcome, opening=found, plan=_with_line(outcome.plan, Line(when="opens", what=found.describe())))
    return replace(outcome, findings=(*outcome.findings, found), plan=_with_line(outcome.plan, line_of(found)))


def _with_line(plan: tuple[Line, ...], line: Line) -> tuple[Line, ...]:
    """Put a line after the findings, before the first step."""
    found = sum(one.when in set(Severity) for one in plan)
    return (*plan[:found], line, *plan[found:])


def from_preparation(plan: Plan, error: Exception | None = None) -> Outcome:
    """Conclude of a cluster that was prepared and no more, from a plan made afterwards, and from what went wrong."""
    shown = from_plan(plan, before=plan.identity, worked=False, seconds=0, noticed=())
    if shown.state is not State.PLANNED:
        return shown
    if error:
        state = state_of_error(error) if isinstance(error, FleetIdentityError) else State.FAILED
        return replace(shown, state=state, left=(str(error),))
    if plan.preparation:
        late = (f"Azure does not show it yet, run again: {step.describe()}" for step in plan.preparation)
        return replace(shown, state=State.FAILED, left=tuple(late))
    return replace(shown, state=State.PREPARED, left=tuple(f"next: {step.describe()}" for step in plan.now))


def from_error(
    cluster_id: ResourceId, error: FleetIdentityError, *, before: str = "unknown", seconds: float = 0.0
) -> Outcome:
    """Conclude from the error that ended a run."""
    return Outcome(
        cluster_id=cluster_id, state=state_of_error(error), before=before, left=(str(error),), seconds=seconds
    )


def turned_bad(outcome: Outcome) -> Outcome:
    """Conclude of a cluster that has arrived, and was then seen to be failed or stopped."""
    seen = "It was moved, and turned bad while it was observed: look at its state and at those of its node pools."
    return replace(outcome, state=State.NEEDS_HUMAN, left=(*outcome.left, seen))


def not_started(cluster_id: ResourceId, before: str, why: str) -> Outcome:
    """Conclude of a cluster whose turn did not come."""
    return Outcome(cluster_id=cluster_id, state=State.NOT_STARTED, before=before, after=before, left=(why,))


def skipped(cluster_id: ResourceId, before: str, why: str) -> Outcome:
    """Conclude of a cluster that somebody has left out."""
    return Outcome(cluster_id=cluster_id, state=State.SKIPPED, before=before, after=before, left=(why,))


def failed(cluster_id: ResourceId, message: str) -> Outcome:
    """Conclude from a run that ended without an outcome of its own."""
    return Outcome(cluster_id=cluster_id, state=State.FAILED, left=(message,))


def state_of_error(error: FleetIdentityError) -> State:
    """Tell in which state an error ends a run."""
    match error:
        case NeedsHumanError():
            return State.NEEDS_HUMAN
        case HeldBackError():
            return State.NOT_STARTED
        case _:
            return State.FAILED


def _state(plan: Plan, done: State) -> State:
    if plan.blocked:
        return State.NEEDS_HUMAN
    if plan.now:
        return State.PLANNED
    if plan.waiting:
        return State.WAITING
    return done


def _left(plan: Plan) -> tuple[str, ...]:
    if plan.blocked:
        return tuple(finding.describe() for finding in plan.findings if finding.severity == "blocks")
    return tuple(item.describe() for item in plan.waiting)
