"""Moves one cluster to the managed identities that its target names."""

import logging

from prefect import flow

from fleet_identity.clock import Clock
from fleet_identity.errors import ClusterChangedError, FleetIdentityError, NeedsHumanError, PlanAgedError
from fleet_identity.findings import LASTING, Finding
from fleet_identity.log_context import about
from fleet_identity.outcome import Outcome, from_error, from_plan
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId, parse_cluster_id
from fleet_identity.steps import (
    AssignKubelet,
    AssignRole,
    AwaitOperation,
    AwaitPropagation,
    CreateIdentity,
    Reconcile,
    ReimagePool,
    SwitchIdentity,
    UpgradePool,
    VerifyPull,
)
from fleet_identity.target import Target
from tasks.assign_kubelet import assign_kubelet
from tasks.assign_roles import assign_roles
from tasks.cluster_board import cluster_board
from tasks.conclude import conclude
from tasks.create_identity import create_identity
from tasks.look_inside import look_inside
from tasks.name_run import name_run
from tasks.permits import check_approved, tell_planned
from tasks.plan_migration import plan_migration
from tasks.reattach_acr import reattach_acr
from tasks.reconcile import reconcile
from tasks.session import current, session
from tasks.update_cluster import update_cluster
from tasks.upgrade_node_images import upgrade_node_images
from tasks.wait_for_operation import wait_for_operation
from tasks.wait_for_propagation import wait_for_propagation

MAX_ROUNDS = 10
"""Three observations carry a migration; the rest is for clusters that others change meanwhile."""
_CALM_DOWN = 30.0
"""Seconds before a cluster that somebody else changes is looked at again."""

_log = logging.getLogger(__name__)


@flow(name="migrate-cluster", persist_result=False)
async def migrate_cluster(cluster_id: str, *, dry_run: bool = True, target: Target = Target()) -> Outcome:
    """Move one AKS cluster from its service principal, or from other identities, to managed identities.

    Observes, plans and applies in rounds until nothing is left to do. Azure is the only truth, so a run may
    be stopped anywhere and started again.

    Args:
        cluster_id: Resource id of the cluster.
        dry_run: Show the plan and change nothing.
        target: The identities that the cluster shall run on, and how careful the move is.
    """
    async with session() as run, cluster_board(ResourceId(cluster_id)) as board:
        try:
            outcome = await _migrate(parse_cluster_id(cluster_id), target, run.clock, dry_run=dry_run)
        except FleetIdentityError as error:
            outcome = from_error(ResourceId(cluster_id), error)
        return conclude(board.concluded(outcome))


async def _migrate(cluster: ResourceId, target: Target, clock: Clock, *, dry_run: bool) -> Outcome:
    about.set(cluster.name)
    began = clock.now()
    first = await _plan(cluster, target, dry_run=dry_run)
    tell_planned()
    await name_run(f"migrate {cluster.name}: {first.identity} -> {target.control_plane_for(cluster).describe()}")
    try:
        check_approved(first, looks_inside=target.in_cluster_checks)
        last, noticed = await _rounds(first, target, dry_run=dry_run)
    except FleetIdentityError as error:
        return from_error(cluster, error, before=first.identity, seconds=clock.now() - began)
    return from_plan(
        last,
        before=first.identity,
        worked=last is not first,
        seconds=clock.now() - began,
        noticed=(*(finding for finding in first.warnings if finding.code in LASTING), *noticed),
    )


async def _rounds(plan: Plan, target: Target, *, dry_run: bool) -> tuple[Plan, list[Finding]]:
    noticed: list[Finding] = []
    changes: list[ClusterChangedError] = []
    left = MAX_ROUNDS
    while left:
        if dry_run or not plan.now:
            return plan, noticed
        applied, left = plan.now, left - 1
        try:
            noticed += await _apply(plan)
        except PlanAgedError as aged:
            _log.info("%s", aged)
            applied, left = (), left + 1
        except ClusterChangedError as changed:
            _log.info("%s Observing again.", changed)
            await current().clock.sleep(changed.retry_after or _CALM_DOWN)
            changes.append(changed)
            applied = ()
        plan = await _plan(plan.cluster_id, target, dry_run=dry_run)
        check_approved(plan, looks_inside=target.in_cluster_checks)
        if plan.now == applied and not plan.of(AwaitOperation):
            raise NeedsHumanError(
                f"Azure accepted this step, but the cluster looks the same afterwards: {plan.now[0].describe()}. Check "
                "its activity log."
            )
    raise _never_calm(changes)


def _never_calm(changes: list[ClusterChangedError]) -> NeedsHumanError:
    """Say why the rounds did not suffice, with what Azure said last."""
    if not changes:
        return NeedsHumanError(f"There is still something to do after {MAX_ROUNDS} rounds. Run again to go on.")
    last = changes[-1]
    often = "each" if len(changes) == MAX_ROUNDS else str(len(changes))
    return NeedsHumanError(
        f"The cluster changed in {often} of {MAX_ROUNDS} attempts (last: {last.message}). Run again when nothing else "
        "is changing it.",
        last.code,
        last.correlation_id,
        last.resource_id,
    )


async def _plan(cluster: ResourceId, target: Target, *, dry_run: bool) -> Plan:
    """Observe and plan; a look into the cluster is a write, so a dry run goes without."""
    inside = await look_inside(cluster) if target.in_cluster_checks and not dry_run else None
    return await plan_migration(cluster, target, inside)


async def _apply(plan: Plan) -> tuple[Finding, ...]:
    noticed: tuple[Finding, ...] = ()
    if create := plan.of(CreateIdentity):
        await create_identity(create)
    if grant := plan.of(AssignRole):
        await assign_roles(grant)
    if young := plan.of(AwaitPropagation):
        await wait_for_propagation(young)
    if busy := plan.of(AwaitOperation):
        await wait_for_operation(busy)
    if failed := plan.of(Reconcile):
        await reconcile(failed)
    if switch := plan.of(SwitchIdentity):
        noticed = await update_cluster(switch)
    if kubelet := plan.of(AssignKubelet):
        noticed = (*noticed, *await assign_kubelet(kubelet))
    if roll := (*plan.of(ReimagePool), *plan.of(UpgradePool)):
        await upgrade_node_images(roll)
    if verify := plan.of(VerifyPull):
        await reattach_acr(verify)
    return noticed
