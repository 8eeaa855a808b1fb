"""Moves a fleet to managed identities, stage by stage."""

import asyncio
import logging
from collections.abc import Sequence

from prefect import flow

from fleet_identity.assessment import Assessed
from fleet_identity.errors import FleetIdentityError, NeedsHumanError
from fleet_identity.fleet.rollout import rollout
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.outcome import Outcome, from_plan, from_preparation, with_opening
from fleet_identity.progress import Progress
from fleet_identity.report.markdown import ended, fleet_page, outlined
from fleet_identity.report.outline import outline
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from flows.fleet_board import fleet_board
from flows.fleet_run import FleetRun
from flows.rollout import carry_out, left_out
from tasks.assess import assess
from tasks.conclude import conclude_early, conclude_fleet
from tasks.live import kept_up
from tasks.openings import Openings, openings
from tasks.prepare import prepare
from tasks.publish import keep, publish
from tasks.session import session
from tasks.shards import cancel_shards
from tasks.timeline import follow, watch_clusters, with_timelines

_AT_A_TIME = 20
"""Clusters that are prepared side by side: ARM takes ten writes a second of one principal."""
_log = logging.getLogger(__name__)


@flow(name="migrate-fleet", on_cancellation=[cancel_shards], persist_result=False)
async def migrate_fleet(
    *, dry_run: bool = True, prepare_only: bool = False, fleet: FleetSpec = FleetSpec()
) -> list[Outcome]:
    """Move a fleet of AKS clusters from service principals, or from other identities, to managed identities.

    Every cluster is prepared first: identities and grants disturb nobody, and are in effect an hour later.
    Then the stages come one after the other, each with its gates, its budget of failures and its soak.

    Args:
        dry_run: Show the plans and change nothing.
        prepare_only: Make identities and grants, touch no cluster, and end; undo-preparation takes them back.
        fleet: Which clusters, what they shall run on, and in which stages.
    """
    async with session():
        try:
            members = await assess(fleet.scope, fleet.target)
            run = _begin(fleet, members)
            if dry_run:
                return conclude_fleet(await _shown(run, members))
            outcomes = await _watched(run, prepare_only=prepare_only)
        except FleetIdentityError as error:
            return conclude_early(error)
        return conclude_fleet(outcomes, stopped=run.halt.reason, by_budget=run.halt.by_budget)


def _begin(fleet: FleetSpec, members: tuple[Assessed, ...]) -> FleetRun:
    """Sort the clusters into stages, before anything is written; NeedsHumanError tells what is wrong with the fleet."""
    if not members:
        raise NeedsHumanError("There is no cluster to migrate: name clusters, or a subscription that holds some.")
    stages = rollout(fleet, members)
    _check_identities([one.cluster.id for one in members], fleet.target)
    return FleetRun(fleet=fleet, stages=stages)


async def _shown(run: FleetRun, members: tuple[Assessed, ...]) -> list[Outcome]:
    """Tell the rollout in outline, and the plan of each cluster."""
    stages = outline(run.stages)
    for line in stages:
        _log.info("%s", line, extra={"progress": Progress(kept=True)})
    keep(outlined(stages), key="rollout")
    outcomes = _planned(run, members, await _openings(run))
    page = fleet_page([*map(ended, outcomes)], stages=stages)
    await publish(page, key="fleet", description="The fleet, cluster by cluster")
    return outcomes


async def _watched(run: FleetRun, *, prepare_only: bool) -> list[Outcome]:
    """Carry it out, and keep what Prefect shows of it up to date meanwhile."""
    timelines = watch_clusters()
    async with kept_up(lambda: fleet_board(run, timelines)):
        outcomes = with_timelines(await _carried_out(run, prepare_only=prepare_only), timelines)
        run.note(outcomes)
    return outcomes


async def _carried_out(run: FleetRun, *, prepare_only: bool) -> list[Outcome]:
    troubles = await _prepare([member for stage in run.stages for member in stage.members])
    return await (_prepared(run, troubles) if prepare_only else carry_out(run))


async def _openings(run: FleetRun) -> Openings:
    """Look ahead at the windows of those that have a turn, where any windows hold."""
    strategy = run.fleet.strategy
    held = strategy.window is not None or strategy.maintenance_windows
    return await openings([one for stage in run.stages for one in stage.members], strategy) if held else {}


def _planned(run: FleetRun, members: tuple[Assessed, ...], opening: Openings) -> list[Outcome]:
    out = {one.cluster.id for stage in run.stages for one in stage.skipped}
    return [left_out(one) if one.cluster.id in out else _plan_of(one, opening) for one in members]


def _plan_of(one: Assessed, opening: Openings) -> Outcome:
    outcome = from_plan(one.plan, before=one.plan.identity, worked=False, seconds=0, noticed=())
    found = opening.get(one.cluster.id)
    return with_opening(outcome, found) if found else outcome


async def _prepare(members: Sequence[Assessed]) -> dict[ResourceId, Exception]:
    """Prepare clusters side by side; give what kept some from it."""
    slots, troubles = asyncio.Semaphore(_AT_A_TIME), dict[ResourceId, Exception]()

    async def one(member: Assessed) -> None:
        async with slots:
            follow(member.cluster.id)
            try:
                await prepare(member.plan)
            except Exception as error:  # noqa: BLE001 - its own run meets it again, and tells; the others go on
                _log.warning("%s could not be prepared: %s", member.cluster.id.name, error)
                troubles[member.cluster.id] = error

    await asyncio.gather(*map(one, members))
    return troubles


async def _prepared(run: FleetRun, troubles: dict[ResourceId, Exception]) -> list[Outcome]:
    """Tell of each member what Azure shows now, and what comes next."""
    known = {one.cluster.id for stage in run.stages for one in stage.members}
    again = [one for one in await assess(run.fleet.scope, run.fleet.target) if one.cluster.id in known]
    prepared = [from_preparation(one.plan, troubles.get(one.cluster.id)) for one in again]
    return [*prepared, *(left_out(one) for stage in run.stages for one in stage.skipped)]


def _check_identities(members: list[ResourceId], target: Target) -> None:
    owners: dict[ResourceId, ResourceId] = {}
    for member in members:
        for identity in target.identities_for(member):
            first = owners.setdefault(identity, member)
            if first is not member:
                raise NeedsHumanError(
                    f"Clusters {first.name} ({first.resource_group}) and {member.name} ({member.resource_group}) "
                    f"would share the identity {identity.name}, and each would hold the rights of both. Leave the "
                    "identity resource group empty, or migrate them apart with names of their own."
                )
