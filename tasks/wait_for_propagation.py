"""Waits for grants to take effect. Holds no slot: other clusters go on meanwhile."""

from prefect import task

from fleet_identity import apply
from fleet_identity.steps import AwaitPropagation
from fleet_identity.timeline import Phase
from tasks.retry_policy import READS
from tasks.session import current, reader
from tasks.timeline import noted


@task(name="wait-for-propagation", **READS)
async def wait_for_propagation(steps: tuple[AwaitPropagation, ...]) -> None:
    """Return once these grants have their age."""
    for step in steps:
        with noted(Phase.PROPAGATION, "until the grants are in effect"):
            await apply.await_propagation(step, reader(), current().clock)
