"""Carries a rollout out: stages one after the other, groups side by side, and what holds or stops them."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from fleet_identity.assessment import Assessed
from fleet_identity.errors import FleetIdentityError
from fleet_identity.fleet.approval import digest, promised
from fleet_identity.fleet.evidence import evidence
from fleet_identity.fleet.rollout import RolloutGroup, RolloutStage
from fleet_identity.fleet.spec import FleetSpec, Gate
from fleet_identity.fleet.tally import Tally, holds, passed
from fleet_identity.outcome import Outcome, State, failed, not_started
from fleet_identity.report.artifact_key import artifact_key
from fleet_identity.scope import Scope
from flows.migrate_cluster import migrate_cluster
from tasks.assess import assess
from tasks.conclude import outcome_of, state_of
from tasks.gates import ask, wait_until_open
from tasks.permits import Halt, Permit, hold
from tasks.publish import publish
from tasks.soak import soak
from tasks.windows import windows_of

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class _Run:
    """What a rollout knows while it goes on."""

    fleet: FleetSpec
    stages: Sequence[RolloutStage]
    halt: Halt = field(default_factory=Halt)
    done: list[Outcome] = field(default_factory=list[Outcome])
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Prefect pauses a run once at a time, so groups side by side ask one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Threshold:
    """A place in the rollout that gates may guard: before or after a stage or group."""

    key: str
    title: str
    ahead: tuple[Assessed, ...]
    """What lies behind the gates: the stage or group itself, or the stages that follow it."""
    done: tuple[Outcome, ...]
    worked: bool
    """Whether something has just been done that a person may want to look at, whatever lies ahead."""
    may_skip: bool


async def carry_out(stages: Sequence[RolloutStage], fleet: FleetSpec) -> list[Outcome]:
    """Take every stage in turn; give the outcome of each cluster, of those too whose turn did not come."""
    run = _Run(fleet=fleet, stages=stages)
    for stage in stages:
        run.done += await _stage(stage, run)
    return run.done


async def _stage(stage: RolloutStage, run: _Run) -> list[Outcome]:
    name = stage.stage.name
    skipped = await _pass(stage.stage.before_gates, _before("stage", name, stage.members, run), run)
    if run.halt or skipped:
        return _held_back(stage.members, run.halt.reason or skipped)
    _log.info("Stage %s; clusters: %d.", name, len(stage.members))
    tally = Tally(stage=stage, strategy=run.fleet.strategy)
    bound = asyncio.Semaphore(stage.at_a_time)
    found = await asyncio.gather(*(_group(group, stage, tally, bound, run) for group in stage.groups))
    outcomes = [outcome for of_group in found for outcome in of_group]
    await _afterwards(stage, outcomes, tally, run)
    return outcomes


async def _afterwards(stage: RolloutStage, outcomes: list[Outcome], tally: Tally, run: _Run) -> None:
    """What must be so before the next stage: evidence, a calm soak, and gates."""
    if held := holds(stage, outcomes, run.fleet.strategy):
        run.halt.because(held)
    if not run.halt and _worked(stage.members, outcomes):
        await _soak(stage, outcomes, tally, run)
    await _pass(stage.stage.after_gates, _after("stage", stage.stage.name, stage, outcomes, run), run)


async def _soak(stage: RolloutStage, outcomes: list[Outcome], tally: Tally, run: _Run) -> None:
    """Observe those that have arrived; one that was stopped or failed before this run has not turned bad in it."""
    minutes = stage.stage.after_stage_wait_minutes
    ill = {one.cluster.id for one in stage.members if not one.cluster.healthy}
    arrived = [one.cluster_id for one in outcomes if passed(one) and (_in_this_run(one) or one.cluster_id not in ill)]
    if not minutes or not arrived:
        return
    try:
        for bad in await soak(arrived, minutes * 60):
            if exhausted := tally.add_turned_bad(bad):
                run.halt.because(f"{exhausted} (it turned bad during the soak)")
    except FleetIdentityError as error:
        run.halt.because(f"stage {stage.stage.name} could not be observed: {error}")


async def _group(
    group: RolloutGroup, stage: RolloutStage, tally: Tally, of_stage: asyncio.Semaphore, run: _Run
) -> list[Outcome]:
    name = group.group.name
    skipped = await _pass(group.group.before_gates, _before("group", name, group.members, run), run)
    if run.halt or skipped:
        return _held_back(group.members, run.halt.reason or skipped)
    bounds = (asyncio.Semaphore(group.at_a_time), of_stage)

    async def one(member: Assessed) -> Outcome:
        permit = Permit(bounds=bounds, halt=run.halt, windows=windows_of(member.cluster.id, run.fleet.strategy))
        hold(permit)
        try:
            outcome = await _migrate(member, run.fleet)
            if exhausted := tally.add(group, outcome, blocked=member.plan.blocked):
                run.halt.because(exhausted)
        finally:
            await permit.end()
        return outcome

    # each in a task of its own: a permit belongs to one cluster
    outcomes = await asyncio.gather(*(asyncio.create_task(one(member)) for member in group.members))
    await _pass(group.group.after_gates, _after("group", name, stage, outcomes, run, group), run)
    return outcomes


async def _migrate(member: Assessed, fleet: FleetSpec) -> Outcome:
    try:
        run = migrate_cluster(member.cluster.id.text, fleet.target, dry_run=False, return_state=True)
        return await outcome_of(member.cluster.id, await state_of(run))
    except Exception as error:  # noqa: BLE001 - Prefect could not even start or end the run: the others go on
        return failed(member.cluster.id, f"Prefect could not run it: {error}")


async def _pass(gates: Sequence[Gate], at: _Threshold, run: _Run) -> str:
    """Go through gates; give why this part is skipped, "" if it is not. A stop is noted in the run's halt.

    Whatever keeps a gate from being passed stops the run, and takes no cluster's outcome with it.
    """
    try:
        for number, gate in enumerate(gates, start=1):
            if skipped := await _pass_one(number, gate, at, run):
                return skipped
    except FleetIdentityError as error:
        run.halt.because(f"a gate could not be passed ({at.title.lower()}): {error}")
    return ""


async def _pass_one(number: int, gate: Gate, at: _Threshold, run: _Run) -> str:
    """Go through one gate. Where nothing is to be done nobody need approve it, nor wait for its time."""
    if run.halt:
        return ""
    coming = await _as_it_is(at, run)
    if not at.worked and not any(one.plan.now for one in coming):
        return ""
    if gate.type == "ScheduledStart":
        await wait_until_open(gate)
        return ""
    return await _approve(f"{at.key}-{number}", at, coming, run)


async def _approve(key: str, at: _Threshold, coming: Sequence[Assessed], run: _Run) -> str:
    """Ask until what was approved is what is planned: anything added meanwhile is shown, and asked for, again."""
    while True:
        async with run.asking:
            if run.halt:
                return ""
            page, shown = evidence(at.title, at.done, coming), promised(coming)
            await publish(page, key=artifact_key("gate", key), description=at.title)
            decided = await ask(f"{key}-{digest(shown)}", page)
        why = decided.why or "no reason given"
        if decided.decision == "stop":
            run.halt.because(f"stopped at a gate ({at.title.lower()}): {why}")
            return ""
        if decided.decision == "skip" and at.may_skip:
            return f"skipped at a gate: {why}"
        if decided.decision == "skip":
            _log.warning("Nothing can be left out any more here: approve, or stop. The gate opens again.")
        coming = await _as_it_is(at, run)
        if decided.decision == "approve" and promised(coming) <= shown:
            return ""
        _log.warning("What was shown at the gate was not approved, or has grown; the gate opens again.")


async def _as_it_is(at: _Threshold, run: _Run) -> tuple[Assessed, ...]:
    """Plan anew what lies ahead: days may have passed since the run began, or since somebody was asked."""
    if not at.ahead:  # a scope without clusters means all there are
        return ()
    return await assess(Scope(clusters=tuple(one.cluster.id.text for one in at.ahead)), run.fleet.target)


def _before(what: str, name: str, members: tuple[Assessed, ...], run: _Run) -> _Threshold:
    return _Threshold(
        key=f"{name}-before",
        title=f"Before {what} {name}",
        ahead=members,
        done=tuple(run.done),
        worked=False,
        may_skip=True,
    )


def _after(  # noqa: PLR0913, PLR0917 - a group's threshold is its stage's, but for what was done
    what: str, name: str, stage: RolloutStage, outcomes: Sequence[Outcome], run: _Run, group: RolloutGroup | None = None
) -> _Threshold:
    """What follows a stage is asked for even where it was done in an earlier run, which may have ended at this gate."""
    following = run.stages[run.stages.index(stage) + 1 :]
    return _Threshold(
        key=f"{name}-after",
        title=f"After {what} {name}",
        ahead=tuple(member for later in following for member in later.members),
        done=(*run.done, *outcomes),
        worked=_worked((group or stage).members, outcomes),
        may_skip=False,
    )


def _worked(members: Sequence[Assessed], outcomes: Sequence[Outcome]) -> bool:
    return any(one.plan.now for one in members) or any(map(_in_this_run, outcomes))


def _in_this_run(outcome: Outcome) -> bool:
    """Whether a cluster has arrived in this run, not before it."""
    return outcome.state is State.MIGRATED


def _held_back(members: Sequence[Assessed], why: str) -> list[Outcome]:
    return [not_started(one.cluster.id, one.plan.identity, f"Not begun: {why}.") for one in members]
