"""Carries a rollout out: stages one after the other, groups side by side, and what holds or stops them."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from fleet_identity.assessment import Assessed
from fleet_identity.errors import FleetIdentityError
from fleet_identity.fleet.rollout import RolloutGroup, RolloutStage
from fleet_identity.fleet.soaking import observed, soak_left
from fleet_identity.fleet.tally import Tally, holds, passed
from fleet_identity.lifecycle import lifecycle_of
from fleet_identity.outcome import Outcome, State, not_started, skipped, turned_bad
from fleet_identity.progress import Progress
from fleet_identity.report.rollout import rollout_page
from fleet_identity.report.words import by_state
from fleet_identity.resource_id import ResourceId
from flows.clusters import migrate_clusters, side_by_side
from flows.fleet_run import FleetRun
from flows.gates import Threshold, pass_gates
from flows.shards import in_shards
from tasks.permits import Permit
from tasks.publish import publish
from tasks.read_time import read_time
from tasks.soak import soak
from tasks.windows import windows_of

_log = logging.getLogger(__name__)


async def carry_out(run: FleetRun) -> list[Outcome]:
    """Take every stage in turn; give the outcome of each cluster, of those too whose turn did not come."""
    count = len(run.members)
    _log.info("Clusters of this run: %d.", count, extra={"progress": Progress(clusters=count)})
    for stage in run.stages:
        outcomes = [*await _stage(stage, run), *map(left_out, stage.skipped)]
        run.done += outcomes
        run.tell(outcomes)
        _log.info("Stage %s: %s. %s.", stage.stage.name, lifecycle_of(outcomes), by_state(outcomes))
        page = rollout_page(run.stages, run.done, run.halt.reason, run.notes)
        await publish(page, key="rollout", description="Stages and groups: how far they have come, and how they fared")
    return run.done


def left_out(member: Assessed) -> Outcome:
    """Conclude of a cluster that the spec leaves out."""
    return skipped(member.cluster.id, member.plan.identity, "Left out, as the fleet spec says.")


async def _stage(stage: RolloutStage, run: FleetRun) -> list[Outcome]:
    name = stage.stage.name
    why = await pass_gates(stage.stage.before_gates, _before("stage", name, stage.members, run), run)
    if run.halt or why:
        return _not_begun(stage.members, run, why)
    _log.info("Stage %s; clusters: %d.", name, len(stage.members))
    tally = Tally(stage=stage, strategy=run.fleet.strategy)
    bound = asyncio.Semaphore(stage.at_a_time)
    found = await side_by_side(_group(group, stage, tally, bound, run) for group in stage.groups)
    outcomes = [outcome for of_group in found for outcome in of_group]
    return await _afterwards(stage, outcomes, tally, run)


async def _afterwards(stage: RolloutStage, outcomes: list[Outcome], tally: Tally, run: FleetRun) -> list[Outcome]:
    """What must be so before the next stage: evidence, a calm soak, and gates. Give the outcomes as they are then."""
    if held := holds(stage, outcomes, run.fleet):
        run.halt.because(held)
    bad = () if run.halt else await _soak(stage, outcomes, tally, run)
    outcomes = [turned_bad(one) if one.cluster_id in bad else one for one in outcomes]
    await pass_gates(stage.stage.after_gates, _after("stage", stage.stage.name, stage, outcomes, run), run)
    return outcomes


async def _soak(stage: RolloutStage, outcomes: list[Outcome], tally: Tally, run: FleetRun) -> tuple[ResourceId, ...]:
    """Observe those that have arrived, and give those that turn bad: not those that were stopped or failed before."""
    ill = {one.cluster.id for one in stage.members if not one.cluster.healthy}
    arrived = [one.cluster_id for one in outcomes if passed(one) and (_in_this_run(one) or one.cluster_id not in ill)]
    try:
        left = await _left_of_soak(stage, outcomes, run)
        if not left or not arrived:
            return ()
        found = await soak(arrived, left.total_seconds())
    except FleetIdentityError as error:
        run.halt.because(f"stage {stage.stage.name} could not be observed: {error}")
        return ()
    run.notes.append(observed(stage.stage.name, arrived, found, left.total_seconds() / 60))
    for bad in found:
        if exhausted := tally.add_turned_bad(bad):
            run.halt.because(f"{exhausted} (it turned bad during the soak)", by_budget=True)
    return found


async def _left_of_soak(stage: RolloutStage, outcomes: list[Outcome], run: FleetRun) -> timedelta:
    """All of it after a stage that has worked; what an earlier run has left of it, before one that will."""
    whole = timedelta(minutes=stage.stage.after_stage_wait_minutes)
    if not whole or _worked(stage.members, outcomes):
        return whole
    if not any(one.plan.now for one in _following(stage, run)):
        return timedelta()
    clusters = [one.cluster for one in stage.members]
    return soak_left(clusters, whole, await read_time(), run.fleet.target.tag_prefix)


async def _group(
    group: RolloutGroup, stage: RolloutStage, tally: Tally, of_stage: asyncio.Semaphore, run: FleetRun
) -> list[Outcome]:
    name = group.group.name
    with run.at_work():
        why = await pass_gates(group.group.before_gates, _before("group", name, group.members, run), run)
        if run.halt or why:
            return _not_begun(group.members, run, why)
        outcomes = await _clusters(group, tally, of_stage, run)
        await pass_gates(group.group.after_gates, _after("group", name, stage, outcomes, run, group), run)
        return outcomes


async def _clusters(group: RolloutGroup, tally: Tally, of_stage: asyncio.Semaphore, run: FleetRun) -> list[Outcome]:
    bounds, strategy = (asyncio.Semaphore(group.at_a_time), of_stage), run.fleet.strategy
    if strategy.dispatch == "work_pool":
        return await in_shards(group, tally, bounds, run)
    members = {one.cluster.id: one for one in group.members}

    def permit_of(cluster: ResourceId) -> Permit:
        return Permit(
            bounds=bounds,
            halt=run.halt,
            approved=run.approved.get(cluster),
            windows=windows_of(cluster, strategy.window, planned_maintenance=strategy.maintenance_windows),
            if_stopped=_if_stopped(members[cluster]),
        )

    def ended(outcome: Outcome) -> None:
        run.tell([outcome])
        if exhausted := tally.add(group, outcome, blocked=outcome.cluster_id in run.blocked):
            run.halt.because(exhausted, by_budget=True)

    return await migrate_clusters([*members], run.fleet.target, permit_of, ended)


def _if_stopped(member: Assessed) -> Callable[[str], Outcome] | None:
    """Where nothing is to be done, or a person is asked for, there is still something to tell."""
    if member.plan.blocked or not member.plan.now:
        return None
    return lambda reason: not_started(member.cluster.id, member.plan.identity, f"Not begun: {reason}.")


def _before(what: str, name: str, members: tuple[Assessed, ...], run: FleetRun) -> Threshold:
    return Threshold(
        key=f"{name}-before",
        title=f"Before {what} {name}",
        ahead=members,
        done=tuple(run.done),
        worked=False,
        may_skip=True,
        of_group=what == "group",
    )


def _after(  # noqa: PLR0913, PLR0917 - a group's threshold is its stage's, but for what was done
    what: str,
    name: str,
    stage: RolloutStage,
    outcomes: Sequence[Outcome],
    run: FleetRun,
    group: RolloutGroup | None = None,
) -> Threshold:
    """What follows a stage is asked for even where it was done in an earlier run, which may have ended at this gate."""
    return Threshold(
        key=f"{name}-after",
        title=f"After {what} {name}",
        ahead=_following(stage, run),
        done=(*run.done, *outcomes),
        worked=_worked((group or stage).members, outcomes),
        may_skip=False,
        of_group=group is not None,
    )


def _following(stage: RolloutStage, run: FleetRun) -> tuple[Assessed, ...]:
    later = run.stages[run.stages.index(stage) + 1 :]
    return tuple(member for one in later for member in one.members)


def _worked(members: Sequence[Assessed], outcomes: Sequence[Outcome]) -> bool:
    return any(one.plan.now for one in members) or any(map(_in_this_run, outcomes))


def _in_this_run(outcome: Outcome) -> bool:
    """Whether a cluster has arrived in this try of the run, not before it."""
    return outcome.state is State.MIGRATED and not outcome.in_earlier_try


def _not_begun(members: Sequence[Assessed], run: FleetRun, why_skipped: str) -> list[Outcome]:
    """Conclude of what was stopped before it began, or skipped at a gate."""
    if run.halt:
        return [not_started(one.cluster.id, one.plan.identity, f"Not begun: {run.halt.reason}.") for one in members]
    return [skipped(one.cluster.id, one.plan.identity, f"Left out: {why_skipped}.") for one in members]
