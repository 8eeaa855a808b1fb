"""Says what a replay found: a line for each deviation, and the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.replay.scope import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simulator.replay.player import Compared


def report(file: Path, compared: Sequence[Compared]) -> Iterator[str]:
    """The lines about one recording, the score last."""
    for one in compared:
        yield from _deviations(one)
    skipped = sum(one.kind is Kind.SKIPPED for one in compared)
    yield f"{file}: skipped {skipped} requests about what the simulator does not have"
    yield f"{file}: {score(compared)}"


def score(compared: Sequence[Compared]) -> str:
    """How many requests were compared, and how many answers are the same."""
    requests = [one for one in compared if one.kind is Kind.REQUEST]
    polls = [one for one in compared if one.kind is Kind.POLL]
    matched, seen = (sum(not one.deviations for one in part) for part in (requests, polls))
    return f"compared {len(requests)}, matched {matched}, polls {seen} of {len(polls)}"


def has_unexplained(compared: Sequence[Compared]) -> bool:
    """Whether a request other than a poll was answered differently for no known reason."""
    return any(one.unexplained for one in compared if one.kind is Kind.REQUEST)


def _deviations(one: Compared) -> Iterator[str]:
    asked = f"{one.recorded.number} {one.recorded.method} {one.recorded.path}"
    for deviation, name in one.deviations:
        why = f"explained: {name}" if name else "unexplained"
        yield f"{asked}: {deviation.where}: expected {deviation.expected}, came {deviation.came} ({why})"
