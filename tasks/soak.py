"""Observes finished clusters for a while: what ARM shows of them. What it can't show, pods and pulls, is not seen."""

import asyncio
import logging
from collections.abc import Sequence

from prefect import task

from fleet_identity.cluster import Cluster
from fleet_identity.errors import TransientError
from fleet_identity.progress import Progress
from fleet_identity.resource_id import ResourceId
from tasks.retry_policy import READS
from tasks.session import current, reader

_BETWEEN_LOOKS = 300.0
"""Seconds."""
_log = logging.getLogger(__name__)


@task(name="soak", **READS)
async def soak(members: Sequence[ResourceId], seconds: float) -> tuple[ResourceId, ...]:
    """Look at these clusters until the time is over; give those that have turned bad. The last look must succeed."""
    clock = current().clock
    deadline, bad, seen = clock.deadline(seconds), set[ResourceId](), False
    told = Progress(awaited=f"observe {len(members)} clusters", seconds=seconds)
    _log.info("Observing %d clusters for %d minutes.", len(members), seconds // 60, extra={"progress": told})
    while (left := deadline - clock.now()) > 0 or not seen:
        await clock.sleep(min(left, _BETWEEN_LOOKS) if left > 0 else _BETWEEN_LOOKS)
        found = await _bad(members)
        seen = found is not None
        bad |= found or set()
    return tuple(sorted(bad, key=lambda member: member.key))


async def _bad(members: Sequence[ResourceId]) -> set[ResourceId] | None:
    """Give those that are bad; None if they could not be read."""
    subscriptions = sorted({member.subscription.lower() for member in members})
    try:
        listed = await asyncio.gather(*map(reader().clusters, subscriptions))
    except TransientError as error:
        _log.warning("%s", error)
        return None
    return {cluster.id for clusters in listed for cluster in clusters if cluster.id in members and _turned_bad(cluster)}


def _turned_bad(cluster: Cluster) -> bool:
    return cluster.idle and not cluster.healthy
