"""Makes a new cluster on managed identities: identities, roles, propagation, the cluster, verification."""

import logging

from prefect import flow

from fleet_identity.errors import ClusterChangedError, FleetIdentityError, NeedsHumanError
from fleet_identity.log_context import about
from fleet_identity.new_cluster import NewCluster
from fleet_identity.outcome import Outcome, State, from_error, from_plan
from fleet_identity.plan import Plan
from fleet_identity.steps import AssignRole, AwaitOperation, AwaitPropagation, CreateCluster, CreateIdentity, VerifyPull
from fleet_identity.target import Target
from tasks.assign_roles import assign_roles
from tasks.conclude import conclude
from tasks.create_clusters import create_clusters
from tasks.create_identity import create_identity
from tasks.name_run import name_run
from tasks.plan_creation import plan_creation
from tasks.reattach_acr import reattach_acr
from tasks.session import current, session
from tasks.wait_for_operation import wait_for_operation
from tasks.wait_for_propagation import wait_for_propagation

MAX_ROUNDS = 6
_log = logging.getLogger(__name__)


@flow(name="create-cluster", persist_result=False)
async def create_cluster(*, dry_run: bool = True, cluster: NewCluster, target: Target = Target()) -> Outcome:
    """Make an AKS cluster on managed identities, with their roles in effect before it needs them.

    Observes, plans and applies in rounds, as a migration does: a run may be stopped anywhere and started again.

    Args:
        dry_run: Show the plan and change nothing.
        cluster: What is to be made.
        target: The identities that it shall run on, and the registries that its nodes pull from.
    """
    about.set(cluster.cluster_id.name)
    async with session() as run:
        began = run.clock.now()
        await name_run(f"create {cluster.cluster_id.name}: {target.control_plane_for(cluster.cluster_id).describe()}")
        try:
            first = await plan_creation(cluster, target)
            last = await _rounds(first, cluster, target, dry_run=dry_run)
        except FleetIdentityError as error:
            return conclude(from_error(cluster.cluster_id, error, seconds=run.clock.now() - began))
        seconds = run.clock.now() - began
        return conclude(
            from_plan(
                last, before=first.identity, done=State.CREATED, seconds=seconds, worked=True, noticed=first.warnings
            )
        )


async def _rounds(plan: Plan, cluster: NewCluster, target: Target, *, dry_run: bool) -> Plan:
    for _ in range(MAX_ROUNDS):
        if dry_run or not plan.now:
            return plan
        try:
            await _apply(plan)
        except ClusterChangedError as changed:
            _log.info("%s Observing again.", changed)
            await current().clock.sleep(changed.retry_after or 30.0)
        plan = await plan_creation(cluster, target)
    raise NeedsHumanError("The cluster does not come to what was asked for; look at it in the portal.")


async def _apply(plan: Plan) -> None:
    if identities := plan.of(CreateIdentity):
        await create_identity(identities)
    if grants := plan.of(AssignRole):
        await assign_roles(grants)
    if young := plan.of(AwaitPropagation):
        await wait_for_propagation(young)
    if clusters := plan.of(CreateCluster):
        await create_clusters(clusters)
    if busy := plan.of(AwaitOperation):
        await wait_for_operation(busy)
    if verify := plan.of(VerifyPull):
        await reattach_acr(verify)
