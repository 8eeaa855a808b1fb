"""Plans how a preparation is taken back: what we have made and nobody uses goes, all else stays, and is told why.

Pure: from one look at an identity to what is removed. Grants go before their identity: those of a principal that is
gone would be left to nobody. What ARM does not tell, such as virtual machines that use an identity, is not seen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fleet_identity.change import change
from fleet_identity.cluster import Cluster
from fleet_identity.mark import is_marked
from fleet_identity.outcome import Outcome, State
from fleet_identity.permissions import Runner
from fleet_identity.plan import Line
from fleet_identity.record import record_tags
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import READ_CLUSTER, READ_ROLES, REMOVE_IDENTITY, REMOVE_ROLE
from fleet_identity.surroundings import Identity, Lock, RoleAssignment
from fleet_identity.target import Target

_SEES = (READ_CLUSTER, READ_ROLES)
"""What the runner must be permitted in a subscription, so that an empty list there means that there is nothing."""
_UNSEEN = "ARM does not list what else uses an identity, such as virtual machines: make sure that nothing does."


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRole:
    """A role that we have granted is not held any more."""

    assignment: RoleAssignment
    identity: ResourceId

    def describe(self) -> str:
        """Say what the step does."""
        scope, role = self.assignment.scope, self.assignment.role
        return f"take {role.name} on {scope.describe()} from identity {self.identity.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveIdentity:
    """A user-assigned identity that we have made is gone."""

    id: ResourceId

    def describe(self) -> str:
        """Say what the step does."""
        return f"delete user-assigned identity {self.id.name} in {self.id.resource_group}"


Removal = RemoveRole | RemoveIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One reading of an identity that a cluster was, or may have been, prepared with, and of all who may use it."""

    cluster: Cluster
    identity: Identity
    held: tuple[RoleAssignment, ...]
    """All that it holds in every subscription that we see, itself or through groups."""
    granted_on: tuple[RoleAssignment, ...]
    """Grants on the identity itself, to whomever."""
    used_by: tuple[ResourceId, ...]
    """Clusters, of all that we see, whose document names it anywhere."""
    federated: tuple[str, ...]
    """Names of its federated identity credentials."""
    locks: tuple[Lock, ...]
    subscriptions: tuple[str, ...]
    """Where was looked."""
    runner: Runner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Why an identity is left as it is, with all that it holds."""

    why: str
    wants_person: bool = False
    """Whether it could go once a person has acted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What becomes of one identity."""

    identity: ResourceId
    now: tuple[Removal, ...] = ()
    """In this order; nothing, where a reason to leave it stands."""
    stays: tuple[Stay, ...] = ()
    done: tuple[Removal, ...] = ()
    """What was removed just now."""


def plan_all(looks: Iterable[Look], target: Target) -> tuple[Undoing, ...]:
    """Plan for all identities of a cluster, control plane first: a grant that goes with one holds back no other."""
    found: list[Undoing] = []
    going: set[str] = set()
    for look in looks:
        found.append(plan_undoing(look, target, frozenset(going)))
        if found[-1].now:
            going.add(look.identity.principal_id.lower())
    return tuple(found)


def plan_undoing(look: Look, target: Target, going: frozenset[str] = frozenset()) -> Undoing:
    """Plan what is removed: the grants and then the identity, or nothing of either.

    `going` are principals, in lower case, whose own grants are to be removed before.
    """
    removals = (
        *(RemoveRole(assignment=one, identity=look.identity.id) for one in look.held),
        RemoveIdentity(id=look.identity.id),
    )
    stays = (*_not_ours(look, target), *_in_use(look, target), *_relied_on(look, going))
    if not stays:  # who needs no removal needs no right to it either
        stays = tuple(_in_the_way(look, removals))
    return Undoing(identity=look.identity.id, now=() if stays else removals, stays=stays)


def begun(cluster: Cluster, target: Target) -> bool:
    """Whether the cluster carries the record of a migration, be it whole or not."""
    return bool(record_tags(cluster.tags, target.tag_prefix))


def _not_ours(look: Look, target: Target) -> Iterator[Stay]:
    if not is_marked(look.identity.tags, look.identity.id, look.cluster.id, target.tag_prefix):
        yield Stay(why="it does not carry the mark of one that we made for this cluster")
    for one in look.held:
        if not one.ours:
            yield Stay(why=f"it holds {one.role.name} on {one.scope.describe()}, which we did not grant")


def _in_use(look: Look, target: Target) -> Iterator[Stay]:
    if begun(look.cluster, target):
        yield Stay(why="the cluster has begun its migration")
    for cluster in look.used_by:
        yield Stay(why=f"cluster {cluster.name} in {cluster.resource_group} uses it")
    for name in look.federated:
        yield Stay(why=f"the federated credential {name} hands out its tokens")
    if not look.cluster.idle:
        why = f"an operation runs on the cluster ({look.cluster.operation}): run again when it has ended"
        yield Stay(why=why, wants_person=True)


def _relied_on(look: Look, going: frozenset[str]) -> Iterator[Stay]:
    """Who may do something with the identity itself: somebody has arranged for it, unless we did, and take it back."""
    for one in look.granted_on:
        if not (one.ours and one.principal_id.lower() in going):
            yield Stay(why=f"principal {one.principal_id} holds {one.role.name} on it")


def _in_the_way(look: Look, removals: Iterable[Removal]) -> Iterator[Stay]:
    """What a person can change: locks, and rights that the runner lacks, to look or to delete."""
    needs = [_need(removal) for removal in removals]
    for lock in look.locks:
        if any(lock.scope.contains(scope) for _, scope in needs):
            why = f"the {lock.level} lock {lock.name} on {lock.scope.describe()} forbids it: remove it, and run again"
            yield Stay(why=why, wants_person=True)
    wide = [(action, ResourceId(f"/subscriptions/{one}")) for one in look.subscriptions for action in _SEES]
    runner = look.runner
    for action, scope in dict.fromkeys((*wide, *needs)):
        if runner and not runner.may(action, scope):
            yield Stay(why=missing_right(runner, action, scope), wants_person=True)


def missing_right(runner: Runner, action: str, scope: ResourceId) -> str:
    """Say which right the runner lacks, and where."""
    return (
        f"the runner (object id {runner.object_id}) lacks permission {action} on {scope}: grant it a role with this "
        "action there, and run again"
    )


def _need(removal: Removal) -> tuple[str, ResourceId]:
    if isinstance(removal, RemoveRole):
        return REMOVE_ROLE, removal.assignment.scope
    return REMOVE_IDENTITY, removal.id


def undone(cluster: Cluster, target: Target, undoings: Iterable[Undoing]) -> Outcome:
    """Conclude of one cluster, from what is still to be removed of each of its identities, and what stays."""
    found = tuple(undoings)
    stays = [(one, stay) for one in found for stay in one.stays]
    removals = [removal for one in found for removal in one.now]
    return Outcome(
        cluster_id=cluster.id,
        state=_state([stay for _, stay in stays], pending=bool(removals)),
        before=cluster.identity.describe(),
        after=cluster.identity.describe(),
        verdicts=change(cluster, target).verdicts,
        left=tuple(f"identity {one.identity.name} stays: {stay.why}" for one, stay in stays),
        plan=(
            *(Line(when="done", what=removal.describe()) for one in found for removal in one.done),
            *((Line(when="warns", what=_UNSEEN),) if removals else ()),
            *(Line(when="now", what=removal.describe()) for removal in removals),
            *(Line(when="stays", what=f"identity {one.identity.name}: {stay.why}") for one, stay in stays),
        ),
    )


def _state(stays: list[Stay], *, pending: bool) -> State:
    if any(stay.wants_person for stay in stays):
        return State.NEEDS_HUMAN
    if pending:
        return State.PLANNED
    return State.KEPT if stays else State.UNDONE
