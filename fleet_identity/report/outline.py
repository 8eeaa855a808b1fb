"""A rollout in outline, in the order in which it goes: stages, gates, groups, budgets, soaks, and who is where."""

from collections.abc import Iterable, Sequence

from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.listed import listed
from fleet_identity.fleet.rollout import RolloutGroup, RolloutStage
from fleet_identity.fleet.spec import Group, Stage
from fleet_identity.report.assessment_words import counted
from fleet_identity.report.words import duration

_SHOWN = 8
"""Clusters of a group that are named."""


def outline(stages: Iterable[RolloutStage]) -> list[str]:
    """Tell a sorted fleet line by line; two spaces before a line for each level that it lies below its stage."""
    return [line for one in stages for line in _stage(one.stage, one)]


def outline_of_spec(stages: Iterable[Stage]) -> list[str]:
    """Tell the same of a spec alone: who is in which group is not known then."""
    return [line for stage in stages for line in _stage(stage, None)]


def _stage(stage: Stage, found: RolloutStage | None) -> Iterable[str]:
    known = {one.group.name: one for one in found.groups} if found else {}
    yield f"stage {stage.name}: {_bounds(stage, found)}"
    yield from _gates("  before it", stage.before_gates)
    for group in stage.groups:
        yield from _group(group, known.get(group.name))
    if stage.after_stage_wait_minutes:
        yield f"  soak: {duration(stage.after_stage_wait_minutes * 60)}"
    yield from _gates("  after it", stage.after_gates)


def _group(group: Group, found: RolloutGroup | None) -> Iterable[str]:
    yield f"  group {group.name} ({group.conditions}): {_bounds(group, found)}"
    yield from _gates("    before it", group.before_gates)
    if found:
        yield f"    {_clusters(found)}"
    yield from _gates("    after it", group.after_gates)


def _bounds(one: Stage | Group, found: RolloutStage | RolloutGroup | None) -> str:
    at_a_time = _counted(one.max_concurrency, found.at_a_time if found else None)
    failures = _counted(one.max_allowed_failures, found.allowed_failures if found else None)
    return f"{at_a_time} at a time, failures allowed: {failures}"


def _counted(amount: str, count: int | None) -> str:
    """Say what a share comes to, where that is known."""
    return f"{amount} ({count})" if amount.endswith("%") and count is not None else amount


def _clusters(group: RolloutGroup) -> str:
    names = listed([one.cluster.id.name for one in group.members], _SHOWN)
    told = f"{counted(len(group.members))}: {names}" if names else "no clusters"
    return f"{told}; left out: {len(group.skipped)}" if group.skipped else told


def _gates(when: str, gates: Sequence[Gate]) -> Iterable[str]:
    return (f"{when}: {gate.describe()}" for gate in gates)
