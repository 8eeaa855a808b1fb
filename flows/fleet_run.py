"""What a fleet run knows while it goes on; nothing of it outlives the process, for Azure is the truth."""

import asyncio
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from fleet_identity.assessment import Assessed
from fleet_identity.fleet.approval import promised
from fleet_identity.fleet.rollout import RolloutStage
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.outcome import Outcome
from fleet_identity.resource_id import ResourceId
from flows.tell_end import tell_end
from tasks.permits import Halt


@dataclass(slots=True, kw_only=True)
class FleetRun:
    """One run on a fleet."""

    fleet: FleetSpec
    stages: Sequence[RolloutStage]
    halt: Halt = field(default_factory=Halt)
    done: list[Outcome] = field(default_factory=list[Outcome])
    """Outcomes of the stages that are over."""
    outcomes: dict[ResourceId, Outcome] = field(default_factory=dict[ResourceId, Outcome])
    """Of all clusters whose turn is over, as soon as it is."""
    notes: list[str] = field(default_factory=list[str])
    """What the report tells of the run as a whole."""
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Prefect pauses a run once at a time, so groups side by side ask one after the other."""
    asked: Counter[str] = field(default_factory=Counter[str])
    """How often each question has been asked."""
    approved: dict[ResourceId, frozenset[str]] = field(default_factory=dict[ResourceId, frozenset[str]])
    """By cluster, the steps that somebody has approved; a cluster that no approval guards is not here."""
    blocked: set[ResourceId] = field(default_factory=set[ResourceId])
    """Clusters that were blocked when their plans were last looked at, before their turn: no failures of this run."""
    busy: int = 0
    """Groups that are under way, but for those that ask."""

    def __post_init__(self) -> None:
        """Begin with the plans by which the fleet was sorted."""
        self.see(self.members)

    def see(self, members: Iterable[Assessed]) -> None:
        """Take in plans as they are now: at a gate, days may have passed since the run began."""
        found = {one.cluster.id: one.plan.blocked for one in members}
        self.blocked = (self.blocked - found.keys()) | {one for one in found if found[one]}

    @property
    def members(self) -> list[Assessed]:
        """All clusters, in the order of their turn; those that the spec leaves out come last."""
        stages = self.stages
        return [
            *(one for stage in stages for one in stage.members),
            *(one for stage in stages for one in stage.skipped),
        ]

    def note(self, outcomes: Iterable[Outcome]) -> None:
        """Note how clusters have ended."""
        self.outcomes |= {one.cluster_id: one for one in outcomes}

    def tell(self, outcomes: Iterable[Outcome]) -> None:
        """Note how clusters have ended, and log it of each, once."""
        for one in outcomes:
            if one.cluster_id not in self.outcomes:
                tell_end(one)
            self.note([one])

    def approve(self, members: Sequence[Assessed]) -> None:
        """Note that these plans, as they are, may be carried out."""
        self.approved |= {one.cluster.id: promised([one.plan]) for one in members}

    @contextmanager
    def at_work(self) -> Generator[None]:
        """Count a group as under way."""
        self.busy += 1
        try:
            yield
        finally:
            self.busy -= 1

    @contextmanager
    def at_rest(self) -> Generator[None]:
        """Count a group that waits for an answer as not under way."""
        self.busy -= 1
        try:
            yield
        finally:
            self.busy += 1
