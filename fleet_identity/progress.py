"""What a log line tells beside its words, for whoever shows how far a run has come: `extra={"progress": ...}`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One thing that has become known about how far a run has come."""

    clusters: int = 0
    """How many clusters the run is about."""
    cluster: str = ""
    """Name of the cluster whose part in the run has ended ..."""
    ended: str = ""
    """... and the state in which it has."""
    awaited: str = ""
    """What a wait that begins now is for ..."""
    seconds: float = 0.0
    """... and how long it takes, in seconds of Azure's time."""
    asked: str = ""
    """What a person must read before the run goes on, in Markdown."""
    lasts: bool = False
    """Whether the line tells of nothing new, only that what has begun goes on."""
    kept: bool = False
    """Whether the line stands as it is, without a time, where others are drawn over."""
