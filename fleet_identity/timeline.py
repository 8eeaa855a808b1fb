"""What a run has done on a cluster, and when: evidence for people, of which nothing decides what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Phase(StrEnum):
    """What a span of a migration is spent on, in the order of the chain."""

    GRANTS = "grants"
    PROPAGATION = "propagation"
    WAITING = "waiting"
    UPDATE = "update"
    ROLL = "roll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of one cluster's migration; moments are aware, and the machine's, not Azure's."""

    phase: Phase
    what: str
    began: datetime
    ended: datetime | None = None
    """None while it lasts."""

    def lasts(self, now: datetime) -> timedelta:
        """How long it has lasted, or lasts already."""
        return (self.ended or now) - self.began


def elapsed(since: datetime, until: datetime, pace: float) -> float:
    """Seconds of Azure's time between two moments of ours; `pace` of them pass in one, 1 in production."""
    return (until - since).total_seconds() * pace
