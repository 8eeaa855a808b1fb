"""Creates identities."""

from prefect import task

from fleet_identity import apply
from fleet_identity.steps import CreateIdentity
from fleet_identity.timeline import Phase
from tasks.retry_policy import WRITES
from tasks.session import writer
from tasks.timeline import noted


@task(name="create-identity", **WRITES)
async def create_identity(steps: tuple[CreateIdentity, ...]) -> None:
    """Make sure that these identities exist."""
    for step in steps:
        with noted(Phase.GRANTS, f"identity {step.id.name}"):
            await apply.create_identity(step, writer())
