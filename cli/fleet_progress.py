"""What is known of a run while it goes on: which cluster does what since when, what is awaited, how many have ended."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from fleet_identity.progress import Progress

_NOTHING = Progress()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What a cluster, or the run as a whole, does; moments are those of one clock, in seconds of Azure's time."""

    cluster: str = ""
    what: str
    since: float
    until: float | None = None
    """When a wait is over; None for work."""

    def waits(self, now: float) -> bool:
        """Whether it waits for a moment that has not come."""
        return self.until is not None and self.until > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """As much as there is room for, what is under way first."""

    rows: Sequence[Doing]
    working_more: int
    waiting_more: int


@dataclass(slots=True, kw_only=True)
class FleetProgress:
    """Follows a run line by line of its log."""

    began: float | None = None
    clusters: int = 0
    """How many the run is about; 0 until that is known."""
    run: Doing | None = None
    """What the run does that is about no one cluster."""
    doing: dict[str, Doing] = field(default_factory=dict[str, Doing])
    ended: Counter[str] = field(default_factory=Counter[str])
    """By state."""

    def note(self, about: str, what: str, told: Progress | None, now: float) -> None:
        """Take in a line of the log: the cluster it is about, its words, what it tells beside them, and when."""
        told = told or _NOTHING
        self.began = now if self.began is None else self.began
        if told.lasts:
            return
        self.clusters = told.clusters or self.clusters
        if told.ended:
            self.ended[told.ended] += 1
            self.doing.pop(told.cluster, None)
            return
        until = now + told.seconds if told.awaited else None
        doing = Doing(cluster=about, what=told.awaited or what, since=now, until=until)
        if about:
            self.doing[about] = doing
        else:
            self.run = doing

    def elapsed(self, now: float) -> float:
        """Give the time since the first line: what comes before it takes none of Azure's."""
        return 0.0 if self.began is None else now - self.began

    def shown(self, room: int, now: float) -> Shown:
        """Choose what fits into so many rows: work before waits, the oldest work and the shortest waits first."""
        working = sorted((one for one in self.doing.values() if not one.waits(now)), key=lambda one: one.since)
        waiting = sorted((one for one in self.doing.values() if one.waits(now)), key=lambda one: one.until or now)
        rows = (*working, *waiting)[: max(room, 0)]
        fit = min(len(working), len(rows))
        return Shown(rows=rows, working_more=len(working) - fit, waiting_more=len(waiting) - (len(rows) - fit))
