"""Outcomes as JSON that can be read back: how runs on different workers tell each other."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from fleet_identity.outcome import Outcome

_OUTCOMES = TypeAdapter(tuple[Outcome, ...])


def to_json(outcomes: Sequence[Outcome]) -> str:
    """Write outcomes down, complete."""
    return _OUTCOMES.dump_json(tuple(outcomes)).decode()


def from_json(text: str) -> tuple[Outcome, ...]:
    """Read them back; ValueError for anything else."""
    return _OUTCOMES.validate_json(text)
