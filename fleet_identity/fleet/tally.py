"""Counts what became of a stage against its budgets, and says what stops the run, and what holds it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fleet_identity.assessment import Assessed
from fleet_identity.fleet.rollout import RolloutGroup, RolloutStage
from fleet_identity.fleet.spec import FleetSpec, Strategy
from fleet_identity.outcome import Outcome, State
from fleet_identity.record import Rolls, unpack
from fleet_identity.resource_id import ResourceId
from fleet_identity.verdict import Verdict

_ENOUGH = {"likely": frozenset({Verdict.LIKELY, Verdict.VERIFIED}), "verified": frozenset({Verdict.VERIFIED})}
_PASSES = frozenset({State.MIGRATED, State.ALREADY_MIGRATED})


@dataclass(slots=True, kw_only=True)
class Tally:
    """The failures of one stage so far."""

    stage: RolloutStage
    strategy: Strategy
    failed: dict[str, int] = field(default_factory=dict[str, int])
    """By group."""

    def add(self, group: RolloutGroup, outcome: Outcome, *, blocked: bool) -> str:
        """Count an outcome; say which budget it has exhausted, "" if none. `blocked`: it was so before the stage."""
        if not is_failure(outcome, excused=blocked and not self.strategy.blocked_counts):
            return ""
        return self._failed(group, outcome.cluster_id)

    def add_turned_bad(self, cluster_id: ResourceId) -> str:
        """Count a finished cluster that has turned bad during the soak."""
        group = next(one for one in self.stage.groups if any(it.cluster.id == cluster_id for it in one.members))
        return self._failed(group, cluster_id)

    def _failed(self, group: RolloutGroup, cluster_id: ResourceId) -> str:
        name = group.group.name
        self.failed[name] = self.failed.get(name, 0) + 1
        if self.failed[name] > group.allowed_failures:
            return f"cluster {cluster_id.name} failed, and group {name} allows {group.allowed_failures}"
        if sum(self.failed.values()) > self.stage.allowed_failures:
            stage, most = self.stage.stage.name, self.stage.allowed_failures
            return f"cluster {cluster_id.name} failed, and stage {stage} allows {most}"
        return ""

    def left(self, group: RolloutGroup) -> int:
        """How many more failures this group may have, as far as its own budget and its stage's go."""
        of_stage = self.stage.allowed_failures - sum(self.failed.values())
        return max(min(group.allowed_failures - self.failed.get(group.group.name, 0), of_stage), 0)


def is_failure(outcome: Outcome, *, excused: bool) -> bool:
    """Whether an outcome takes from a budget. If `excused`, NeedsHuman does not: the cluster was blocked before."""
    return outcome.state is State.FAILED or (outcome.state is State.NEEDS_HUMAN and not excused)


def holds(stage: RolloutStage, outcomes: Iterable[Outcome], spec: FleetSpec) -> str:
    """Say which cluster lacks the evidence that its stage passes on; "" if none does."""
    lets_by = spec.strategy.waiting_passes
    enough = _ENOUGH[spec.strategy.verdict] | ({Verdict.UNKNOWN} if lets_by else set[Verdict]())
    switched = {one.cluster.id for one in stage.members if _owes_evidence(one, spec.target.tag_prefix)}
    for outcome in outcomes:
        if outcome.state is State.WAITING and not lets_by:
            return f"cluster {outcome.cluster_id.name} of stage {stage.stage.name} waits for a node image"
        if outcome.state is State.NOT_STARTED:
            return f"cluster {outcome.cluster_id.name} of stage {stage.stage.name} was not begun"
        short = [item.pool for item in outcome.verdicts if item.verdict not in enough]
        if short and (outcome.state is State.MIGRATED or (passed(outcome) and outcome.cluster_id in switched)):
            return f"pool {short[0]} of cluster {outcome.cluster_id.name} is not {spec.strategy.verdict}"
    return ""


def _owes_evidence(member: Assessed, prefix: str) -> bool:
    """Whether an earlier run has switched nodes of it: else a stage that holds would pass when it is run again."""
    record = unpack(member.cluster.tags, prefix)
    return record is not None and record.rolls is not Rolls.NONE


def passed(outcome: Outcome) -> bool:
    """Whether a cluster has arrived, and is worth observing during a soak."""
    return outcome.state in _PASSES
