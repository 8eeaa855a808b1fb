"""Prepares clusters: what disturbs nobody and needs an hour to be in effect, so that it passes once for the fleet."""

from prefect import task

from fleet_identity import apply
from fleet_identity.plan import Plan
from fleet_identity.steps import AssignRole, CreateIdentity
from fleet_identity.timeline import Phase
from tasks.retry_policy import WRITES
from tasks.session import writer
from tasks.timeline import noted


@task(name="prepare", **WRITES)
async def prepare(plan: Plan) -> None:
    """Make the identities of a plan, and grant what can be granted before its switch.

    A blocked plan holds little of it: an identity that a person must see first, a grant that is missed already.
    """
    steps = plan.preparation
    if not steps:
        return
    with noted(Phase.GRANTS, "identities and roles"):
        for step in steps:
            if isinstance(step, CreateIdentity):
                await apply.create_identity(step, writer())
        await apply.assign_roles((step for step in steps if isinstance(step, AssignRole)), writer())
