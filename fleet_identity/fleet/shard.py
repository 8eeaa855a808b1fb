"""A shard: a part of a group that a run of its own carries out, on any worker."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.target import Target

T = TypeVar("T")


class Shard(BaseModel):
    """What the run of a shard is told; it reads nothing else of its fleet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: str = Field(title="Group", description="Name of the group.", json_schema_extra={"position": 1})
    clusters: tuple[str, ...] = Field(
        min_length=1,
        title="Clusters",
        description="Resource ids, the soonest expiring secret first.",
        json_schema_extra={"position": 2},
    )
    target: Target = Field(
        default=Target(), title="Target", description="What they shall run on.", json_schema_extra={"position": 3}
    )
    at_a_time: int = Field(
        default=1,
        ge=1,
        title="At a time",
        description="How many of them may be changed at once.",
        json_schema_extra={"position": 4},
    )
    allowed_failures: int = Field(
        default=0,
        ge=0,
        title="Failures allowed",
        description="More than these, and what has not begun does not begin.",
        json_schema_extra={"position": 5},
    )
    ignored: tuple[str, ...] = Field(
        default=(),
        title="Blocked before",
        description="Ids of clusters that were blocked before: if they still are, it is no failure.",
        json_schema_extra={"position": 6},
    )
    window: RunWindow | None = Field(
        default=None,
        title="Run window",
        description="Outside it no disruptive step begins.",
        json_schema_extra={"position": 7},
    )
    maintenance_windows: bool = Field(
        default=False,
        title="Honour planned maintenance",
        description="Begin disruptive steps only while the cluster's own planned maintenance is open.",
        json_schema_extra={"position": 8},
    )
    approved: dict[str, tuple[str, ...]] = Field(
        default={},
        title="Approved",
        description="By cluster id, the steps that somebody has approved; a cluster without approval is not here.",
        json_schema_extra={"position": 9},
    )


def parts(members: Sequence[T], size: int) -> list[Sequence[T]]:
    """Cut into as few parts as the size allows, of about the same length; order is kept."""
    count = -(-len(members) // size)
    bounds = [len(members) * number // count for number in range(count + 1)] if count else []
    return [members[start:end] for start, end in pairwise(bounds)]
