"""Waits for an operation in progress. Holds no slot: other clusters go on meanwhile."""

from prefect import task

from fleet_identity import apply
from fleet_identity.steps import AwaitOperation
from fleet_identity.timeline import Phase
from tasks.retry_policy import READS
from tasks.session import reader
from tasks.timeline import noted


@task(name="wait-for-operation", **READS)
async def wait_for_operation(steps: tuple[AwaitOperation, ...]) -> None:
    """Return once nothing runs on the cluster."""
    for step in steps:
        with noted(Phase.WAITING, "for an operation in progress"):
            await apply.await_operation(step, reader())
