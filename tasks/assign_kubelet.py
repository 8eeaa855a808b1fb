"""Assigns pre-created kubelet identities, as many at a time as the run may change."""

from prefect import task

from fleet_identity import apply
from fleet_identity.findings import Finding
from fleet_identity.steps import AssignKubelet
from fleet_identity.timeline import Phase
from tasks.retry_after import heeding_retry_after
from tasks.retry_policy import WRITES
from tasks.session import current, writer
from tasks.timeline import Turn


@task(name="assign-kubelet", **WRITES)
async def assign_kubelet(steps: tuple[AssignKubelet, ...]) -> tuple[Finding, ...]:
    """Make sure that kubelets use their identity; give the differences that nobody planned."""
    noticed: list[Finding] = []
    for step in steps:
        turn = Turn(Phase.UPDATE, "kubelet identity")
        async with heeding_retry_after(current().clock):
            noticed += await apply.assign_kubelet(step, writer(), current().clock, turn)
    return tuple(noticed)
