"""Prepares clusters: what disturbs nobody and needs an hour to be in effect, so that it passes once for the fleet."""

from prefect import task

from fleet_identity import apply
from fleet_identity.plan import Plan
from fleet_identity.steps import AssignRole, CreateIdentity, IdentityNamed
from tasks.retry_policy import WRITES
from tasks.session import writer


@task(name="prepare", **WRITES)
async def prepare(plan: Plan) -> None:
    """Make the identities of a plan, and grant what can be granted before its switch; nothing of a blocked one."""
    if plan.blocked:
        return
    for step in plan.of(CreateIdentity):
        await apply.create_identity(step, writer())
    ready = tuple(step for step in plan.of(AssignRole) if isinstance(step.principal, IdentityNamed))
    await apply.assign_roles(ready, writer())
