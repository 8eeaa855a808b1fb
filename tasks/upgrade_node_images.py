"""Re-images pools one after the other, on as many clusters at a time as the run may change."""

from prefect import task

from fleet_identity import apply
from fleet_identity.steps import ReimagePool, UpgradePool
from fleet_identity.timeline import Phase
from tasks.retry_after import heeding_retry_after
from tasks.retry_policy import WRITES
from tasks.session import current, writer
from tasks.timeline import Turn


@task(name="upgrade-node-images", **WRITES)
async def upgrade_node_images(steps: tuple[ReimagePool | UpgradePool, ...]) -> None:
    """Make sure that these pools have rolled, in this order."""
    for step in steps:
        turn = Turn(Phase.ROLL, f"pool {step.pool}")
        async with heeding_retry_after(current().clock):
            await apply.roll_pool(step, writer(), current().clock, turn)
