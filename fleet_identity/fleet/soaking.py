"""How long a stage is still to be observed, and what is told of it afterwards."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from fleet_identity.cluster import Cluster
from fleet_identity.record import unpack
from fleet_identity.resource_id import ResourceId

UNSEEN = (
    "ARM shows provisioning and power states of clusters and pools. It does not show pods, image pulls, volumes or "
    "traffic: look at these in your own monitoring before you go on."
)


def soak_left(clusters: Iterable[Cluster], soak: timedelta, now: datetime, prefix: str) -> timedelta:
    """Give what is left of a soak that an earlier run has begun, counted from the latest switch that a tag records.

    When the last roll ended ARM does not tell, so a soak that was interrupted is shorter by the time the rolls took.
    """
    records = (unpack(cluster.tags, prefix) for cluster in clusters)
    latest = max((record.switched_at for record in records if record), default=None)
    return max(latest + soak - now, timedelta()) if latest else timedelta()


def observed(stage: str, members: Sequence[ResourceId], bad: Sequence[ResourceId], minutes: float) -> str:
    """Tell what a soak has seen, and what it can't see."""
    ill = f"turned bad: {', '.join(one.name for one in bad)}" if bad else "none turned bad"
    return f"Stage {stage} was observed for {minutes:.0f} minutes; clusters: {len(members)}, {ill}. {UNSEEN}"
