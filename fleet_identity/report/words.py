"""The words in which every report tells of an outcome."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from fleet_identity.outcome import Outcome, State
from fleet_identity.timeline import Span


def by_state(outcomes: Iterable[Outcome]) -> str:
    """Count clusters by the state that they ended in, such as `3 Migrated, 1 NeedsHuman`."""
    counts = Counter(outcome.state for outcome in outcomes)
    return ", ".join(f"{counts[state]} {state}" for state in State if counts[state]) or "no clusters"


def kubelets(outcome: Outcome) -> str:
    """Tell how many pools carry which verdict, such as `2 likely, 1 not switched`."""
    counts = Counter(item.verdict.value for item in outcome.verdicts)
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "unknown"


def duration(seconds: float) -> str:
    """Tell a duration as people do: `2 h 05 min`, `12 min`, `40 s`."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def doing(spans: Sequence[Span]) -> str:
    """Tell what is being done on a cluster, and since when: no duration, which would be another every second."""
    if not spans:
        return "not begun"
    last = spans[-1]
    return f"{span(last)}, since {clock_time(last.began)}" if last.ended is None else f"after {span(last)}"


def span(one: Span) -> str:
    """Name a stretch of a migration, such as `roll pool system`."""
    return f"{one.phase} {one.what}"


def clock_time(moment: datetime) -> str:
    """Tell a time of the day, such as `12:04:30 UTC`."""
    return f"{moment.astimezone(UTC):%H:%M:%S} UTC"
