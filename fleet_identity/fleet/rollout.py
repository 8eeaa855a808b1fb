"""Sorts the clusters of a scope into the stages and groups of a spec, once a run: the order is frozen then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from fleet_identity.assessment import Assessed
from fleet_identity.cluster import Cluster
from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.amount import allowed, at_a_time
from fleet_identity.fleet.listed import listed
from fleet_identity.fleet.spec import FleetSpec, Group, Stage
from fleet_identity.resource_id import ResourceId, is_cluster_id, parse_cluster_id
from fleet_identity.scope import carries

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutGroup:
    """A group and its members, the soonest expiring secret first."""

    group: Group
    members: tuple[Assessed, ...]
    skipped: tuple[Assessed, ...] = ()
    """Those that the spec leaves out; they count for nothing, not for shares either."""

    @property
    def at_a_time(self) -> int:
        """How many of its clusters may be changed at once."""
        return at_a_time(self.group.max_concurrency, len(self.members))

    @property
    def allowed_failures(self) -> int:
        """How many of its clusters may fail."""
        return allowed(self.group.max_allowed_failures, len(self.members))


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutStage:
    """A stage and its groups."""

    stage: Stage
    groups: tuple[RolloutGroup, ...]

    @property
    def members(self) -> tuple[Assessed, ...]:
        """All clusters of the stage that are to be changed, group by group."""
        return tuple(member for group in self.groups for member in group.members)

    @property
    def skipped(self) -> tuple[Assessed, ...]:
        """All clusters of the stage that the spec leaves out."""
        return tuple(member for group in self.groups for member in group.skipped)

    @property
    def at_a_time(self) -> int:
        """How many of its clusters may be changed at once."""
        return at_a_time(self.stage.max_concurrency, len(self.members))

    @property
    def allowed_failures(self) -> int:
        """How many of its clusters may fail."""
        return allowed(self.stage.max_allowed_failures, len(self.members))


def rollout(spec: FleetSpec, fleet: Sequence[Assessed]) -> tuple[RolloutStage, ...]:
    """Sort a fleet; a cluster in two groups, or in none, and a group without any, is an error for a person."""
    placed = {member.cluster.id: _group_of(spec, member.cluster) for member in fleet}
    left_out = _Skipped(spec)
    _check_groups(spec, {group.name for group in placed.values() if group}, left_out)
    homeless = [cluster_id.name for cluster_id, group in placed.items() if group is None]
    if homeless:
        raise NeedsHumanError(f"No group names {listed(homeless)}: add a group with rest: true, or narrow the scope.")
    in_order = sorted(fleet, key=lambda one: (one.secret_ends or _NEVER, one.cluster.id.key))

    def sorted_into(stage: Stage, group: Group) -> RolloutGroup:
        mine = [one for one in in_order if placed[one.cluster.id] is group]
        out = [one for one in mine if left_out(stage, group, one.cluster.id)]
        return RolloutGroup(group=group, members=tuple(one for one in mine if one not in out), skipped=tuple(out))

    return tuple(
        RolloutStage(stage=stage, groups=tuple(sorted_into(stage, group) for group in stage.groups))
        for stage in spec.strategy.stages
    )


class _Skipped:
    """What a spec leaves out."""

    def __init__(self, spec: FleetSpec) -> None:
        self._names = frozenset(name for name in spec.strategy.skip if not is_cluster_id(name))
        self._clusters = frozenset(map(parse_cluster_id, filter(is_cluster_id, spec.strategy.skip)))

    def __call__(self, stage: Stage, group: Group, cluster: ResourceId) -> bool:
        """Whether a cluster is left out, by itself or with its group or stage."""
        return cluster in self._clusters or self.whole(stage, group)

    def whole(self, stage: Stage, group: Group) -> bool:
        """Whether a group is left out, by itself or with its stage."""
        return not self._names.isdisjoint({stage.name, group.name})


def _check_groups(spec: FleetSpec, placed: set[str], left_out: _Skipped) -> None:
    """Refuse groups that no cluster falls in: a canary that a slip of the pen has emptied would prove nothing."""
    empty = [
        f"{group.name} ({group.conditions})"
        for stage in spec.strategy.stages
        for group in stage.groups
        if not group.rest and group.name not in placed and not left_out.whole(stage, group)
    ]
    if empty:
        raise NeedsHumanError(
            f"No cluster of the fleet is in group {listed(empty)}: correct what it says, take it away, or name it "
            "under skip."
        )


def _group_of(spec: FleetSpec, cluster: Cluster) -> Group | None:
    groups = [group for stage in spec.strategy.stages for group in stage.groups]
    found = [group for group in groups if not group.rest and _names_it(group, cluster)]
    if len(found) > 1:
        raise NeedsHumanError(
            f"Cluster {cluster.id.name} is in group {found[0].name} and in group {found[1].name}: a cluster belongs to "
            "one."
        )
    return found[0] if found else next((group for group in groups if group.rest), None)


def _names_it(group: Group, cluster: Cluster) -> bool:
    """Whether a cluster meets every condition that a group gives."""
    regions = {region.lower().replace(" ", "") for region in group.regions}
    subscriptions = {subscription.lower() for subscription in group.subscriptions}
    return (
        (not group.clusters or cluster.id in set(map(ResourceId, group.clusters)))
        and all(carries(cluster, tag) for tag in group.tags)
        and (not regions or cluster.location.lower().replace(" ", "") in regions)
        and (not subscriptions or cluster.id.subscription.lower() in subscriptions)
        and (group.name_pattern is None or fnmatchcase(cluster.id.name.lower(), group.name_pattern.lower()))
    )
