"""Rolls a pool, by whichever verb its step names, once the resource provider sees the rights that it takes."""

from functools import partial

from fleet_identity.apply.put_cluster import NO_LIMIT, Slot, until_permitted
from fleet_identity.apply.reimage_pool import reimage_pool
from fleet_identity.apply.upgrade_pool import upgrade_pool
from fleet_identity.clock import Clock
from fleet_identity.gateway.protocols import AzureWriter
from fleet_identity.steps import ReimagePool, UpgradePool


async def roll_pool(step: ReimagePool | UpgradePool, azure: AzureWriter, clock: Clock, slot: Slot = NO_LIMIT) -> None:
    """Make sure that the pool has rolled; one that has, or that can't now, is left to the next observation."""
    if isinstance(step, ReimagePool):
        await until_permitted(partial(reimage_pool, step, azure), clock, slot)
    else:
        await until_permitted(partial(upgrade_pool, step, azure), clock, slot)
