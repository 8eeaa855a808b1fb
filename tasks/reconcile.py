"""Resumes what our own operations have left Failed, on as many clusters at a time as the run may change."""

from prefect import task

from fleet_identity import apply
from fleet_identity.steps import Reconcile
from fleet_identity.timeline import Phase
from tasks.retry_after import heeding_retry_after
from tasks.retry_policy import WRITES
from tasks.session import current, writer
from tasks.timeline import Turn


@task(name="reconcile", **WRITES)
async def reconcile(steps: tuple[Reconcile, ...]) -> None:
    """Make sure that these clusters have come to a good end."""
    for step in steps:
        turn = Turn(Phase.UPDATE, "resumed")
        async with heeding_retry_after(current().clock):
            await apply.reconcile(step, writer(), current().clock, turn)
