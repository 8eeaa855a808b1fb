"""Grants roles."""

from prefect import task

from fleet_identity import apply
from fleet_identity.steps import AssignRole
from fleet_identity.timeline import Phase
from tasks.retry_policy import WRITES
from tasks.session import writer
from tasks.timeline import noted


@task(name="assign-roles", **WRITES)
async def assign_roles(steps: tuple[AssignRole, ...]) -> None:
    """Make sure that these grants exist."""
    if steps:
        with noted(Phase.GRANTS, "roles"):
            await apply.assign_roles(steps, writer())
