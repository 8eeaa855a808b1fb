"""Reattaches registries: verifies that nodes may pull, and repairs it."""

from prefect import task

from fleet_identity import apply
from fleet_identity.steps import VerifyPull
from tasks.retry_policy import WRITES
from tasks.session import writer


@task(name="reattach-acr", **WRITES)
async def reattach_acr(steps: tuple[VerifyPull, ...]) -> None:
    """Make sure that kubelet identities hold their pull roles, now that nodes depend on them."""
    for step in steps:
        await apply.verify_pull(step, writer())
