"""Observes a cluster and plans what is left to be done."""

from prefect import task

from fleet_identity.inside import Inside
from fleet_identity.observe import observe_and_plan
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from tasks.retry_policy import READS
from tasks.session import current, reader


@task(name="plan-migration", task_run_name="plan", **READS)
async def plan_migration(cluster_id: ResourceId, target: Target, inside: Inside | None = None) -> Plan:
    """Read a cluster and its surroundings, and plan from them."""
    return await observe_and_plan(reader(), cluster_id, target, current().allow, inside)
