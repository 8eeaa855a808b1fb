"""Observes and plans the making of a cluster."""

from prefect import task

from fleet_identity.new_cluster import NewCluster
from fleet_identity.observe.creation import observe_and_plan_creation
from fleet_identity.plan import Plan
from fleet_identity.target import Target
from tasks.retry_policy import READS
from tasks.session import current, reader


@task(name="plan-creation", task_run_name="plan", **READS)
async def plan_creation(cluster: NewCluster, target: Target) -> Plan:
    """Look whether the cluster is there and what is around it, and plan from that."""
    return await observe_and_plan_creation(reader(), cluster, target, current().allow)
