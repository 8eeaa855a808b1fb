"""What is taken back and what stays, and that whoever begins to use an identity meanwhile keeps it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from fleet_identity.apply.undo_preparation import undo_preparation
from fleet_identity.errors import TransientError
from fleet_identity.mark import with_mark
from fleet_identity.outcome import State
from fleet_identity.permissions import Right, RoleDefinition, Runner
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import REMOVE_IDENTITY, REMOVE_ROLE
from fleet_identity.roles import ACR_PULL, NETWORK_CONTRIBUTOR, READER, Role, assignment_name
from fleet_identity.surroundings import Identity, Lock, RoleAssignment
from fleet_identity.target import Target
from fleet_identity.undoing import (
    Look,
    RemoveIdentity,
    RemoveRole,
    Stay,
    Undoing,
    plan_all,
    plan_undoing,
    undone,
)
from tests.builders import CLUSTER, GROUP, IDENTITY, KUBELET, NEW, OLD, REGISTRY, SUBNET, SUBSCRIPTION, cluster, grant
from tests.planning.pure_world import Killed, PureWorld

MADE = Identity(
    id=IDENTITY,
    principal_id=NEW,
    client_id="new",
    tags=dict(with_mark((), IDENTITY, CLUSTER, "fleet-identity")),
)
PLAIN = Target()
READS = ("Microsoft.ContainerService/managedClusters/read", "Microsoft.Authorization/roleAssignments/read")


def ours(principal: str, role: Role, scope: ResourceId) -> RoleAssignment:
    return replace(grant(principal, role, scope), name=assignment_name(scope, role, principal))


HELD = (ours(NEW, NETWORK_CONTRIBUTOR, SUBNET), ours(NEW, ACR_PULL, REGISTRY))


def look(**changes: Any) -> Look:
    base = Look(
        cluster=cluster(),
        identity=MADE,
        held=HELD,
        granted_on=(),
        used_by=(),
        federated=(),
        locks=(),
        subscriptions=(SUBSCRIPTION,),
    )
    return replace(base, **changes)


def runner(*actions: str) -> Runner:
    right = Right(
        scope=ResourceId(f"/subscriptions/{SUBSCRIPTION}"),
        definition=RoleDefinition(guid="role", name="Runner", actions=actions),
    )
    return Runner(object_id="me", tenant="", rights=(right,), subscriptions=frozenset({SUBSCRIPTION}))


def lock(scope: ResourceId) -> Lock:
    return Lock(name="keep", level="CanNotDelete", scope=scope)


def test_grants_go_before_their_identity() -> None:
    """Whatever is ours and unused goes, the identity last: it would leave its grants to nobody."""
    found = plan_undoing(look(), PLAIN)
    assert found.stays == ()
    assert found.now == (*(RemoveRole(assignment=one, identity=IDENTITY) for one in HELD), RemoveIdentity(id=IDENTITY))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"identity": replace(MADE, tags={})}, "does not carry the mark"),
        ({"held": (*HELD, grant(NEW, READER, SUBNET))}, "it holds Reader on nodes, which we did not grant"),
        ({"held": (*HELD, grant("a-group", READER, SUBNET))}, "which we did not grant"),
        ({"held": (replace(HELD[0], condition="one"),)}, "which we did not grant"),
        ({"granted_on": (grant(OLD, READER, IDENTITY),)}, f"principal {OLD} holds Reader on it"),
        ({"granted_on": (ours(KUBELET, READER, IDENTITY),)}, f"principal {KUBELET} holds Reader on it"),
        ({"used_by": (ResourceId(f"{GROUP}/clusters/other"),)}, "cluster other in rg-prod uses it"),
        ({"federated": ("shop",)}, "the federated credential shop"),
        ({"cluster": cluster(tags={"fleet-identity-rolls": "put"})}, "has begun its migration"),
    ],
)
def test_one_sign_is_enough(changes: dict[str, Any], told: str) -> None:
    """Each sign of use, and each doubt that we made it, keeps the identity and every grant of it."""
    found = plan_undoing(look(**changes), PLAIN)
    assert found.now == ()
    [stay] = found.stays
    assert told in stay.why
    assert undone(cluster(), PLAIN, (found,)).state is State.KEPT


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cluster": cluster(provisioning_state="Updating")}, "an operation runs on the cluster (Updating)"),
        ({"locks": (lock(REGISTRY.group),)}, "the CanNotDelete lock keep on resource group rg-shared forbids it"),
        ({"locks": (lock(IDENTITY),)}, "the CanNotDelete lock keep on id-prod forbids it"),
        ({"runner": runner(*READS, REMOVE_ROLE)}, f"(object id me) lacks permission {REMOVE_IDENTITY} on {IDENTITY}"),
        (
            {"runner": runner(*READS[:1], REMOVE_ROLE, REMOVE_IDENTITY)},
            f"permission {READS[1]} on /subscriptions/",
        ),
        (
            {"runner": runner(*READS[1:], REMOVE_ROLE, REMOVE_IDENTITY)},
            f"permission {READS[0]} on /subscriptions/",
        ),
    ],
)
def test_what_a_person_can_change(changes: dict[str, Any], told: str) -> None:
    """What only stands in the way is told to a person, and until then all stays."""
    found = plan_undoing(look(**changes), PLAIN)
    assert found.now == ()
    [stay] = found.stays
    assert told in stay.why
    assert undone(cluster(), PLAIN, (found,)).state is State.NEEDS_HUMAN


def test_a_lock_elsewhere_and_all_rights() -> None:
    """A lock on something else does not matter, nor does a runner that may do all of this."""
    everything = runner(*READS, REMOVE_ROLE, REMOVE_IDENTITY)
    assert plan_undoing(look(runner=everything, locks=(lock(ResourceId(f"{GROUP}-2")),)), PLAIN).now


def test_what_goes_with_another_identity_holds_back_none() -> None:
    """The control plane's role on the kubelet identity goes first; where it stays, so does the kubelet identity."""
    kubelet_id = ResourceId(f"{IDENTITY}-kubelet")
    tags = dict(with_mark((), kubelet_id, CLUSTER, "fleet-identity"))
    kubelet = Identity(id=kubelet_id, principal_id=KUBELET, client_id="kubelet", tags=tags)
    on_it = ours(NEW, READER, kubelet_id)
    second = look(identity=kubelet, held=(), granted_on=(on_it,))
    both = plan_all((look(held=(on_it,)), second), PLAIN)
    assert [bool(one.now) for one in both] == [True, True]
    neither = plan_all((look(held=(on_it,), federated=("shop",)), second), PLAIN)
    assert [bool(one.now) for one in neither] == [False, False]
    theirs = replace(second, granted_on=(grant(NEW, READER, kubelet_id),))
    assert [bool(one.now) for one in plan_all((look(held=(on_it,)), theirs), PLAIN)] == [True, False]


def test_the_worst_is_told() -> None:
    """A person is asked for before anything else is told; what is still to be removed is planned."""
    kept, locked = Stay(why="used"), Stay(why="locked", wants_person=True)
    pending = plan_undoing(look(), PLAIN)
    told = [
        undone(cluster(), PLAIN, undoings).state
        for undoings in (
            (Undoing(identity=IDENTITY, stays=(kept,)), Undoing(identity=IDENTITY, stays=(locked,))),
            (pending, Undoing(identity=IDENTITY, stays=(kept,))),
            (),
        )
    ]
    assert told == [State.NEEDS_HUMAN, State.PLANNED, State.UNDONE]


@dataclass
class Prepared(PureWorld):
    """An Azure in memory in which a cluster is prepared, and from which may be deleted."""

    deleted: list[object] = field(default_factory=list[object])
    federated: tuple[str, ...] = ()
    forgets: bool = True
    """Whether what was deleted is not listed any more."""
    meanwhile: Callable[["Prepared"], None] = lambda _: None
    """What happens after each deletion."""

    async def all_held(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        return await self.role_assignments(principal_id, subscription)

    async def granted_on(self, resource: ResourceId) -> tuple[RoleAssignment, ...]:
        return tuple(one for one in self.grants if one.scope == resource)

    async def federated_credentials(self, identity_id: ResourceId) -> tuple[str, ...]:
        return self.federated

    async def remove_role(self, assignment: RoleAssignment) -> None:
        self.step()
        if self.forgets:
            self.grants.remove(assignment)
        self.deleted.append(assignment.scope)
        self.meanwhile(self)

    async def remove_identity(self, identity_id: ResourceId) -> None:
        self.step()
        self.made = None
        self.deleted.append(identity_id)
        self.meanwhile(self)


def prepared(**changes: Any) -> Prepared:
    return Prepared(made=MADE, grants=list(HELD), **changes)


async def undo(world: Prepared) -> Undoing:
    return await undo_preparation(world, CLUSTER, IDENTITY, PLAIN)


@pytest.mark.parametrize("lives", range(3))
async def test_killed_before_any_deletion(lives: int) -> None:
    """Killed before any of the three deletions, the next run does the rest, and nothing twice."""
    world = prepared(lives=lives)
    with pytest.raises(Killed):
        await undo(world)
    assert len(world.deleted) == lives
    world.lives = 9
    assert (await undo(world)).stays == ()
    assert world.deleted == [SUBNET, REGISTRY, IDENTITY]
    assert (await undo(world)).done == ()


def begins(world: Prepared) -> None:
    world.it = replace(world.it, tags={"fleet-identity-pools": "1"})


def is_assigned(world: Prepared) -> None:
    world.it = replace(world.it, named_identities=frozenset({IDENTITY}))


def is_busy(world: Prepared) -> None:
    world.it = replace(world.it, provisioning_state="Updating")


@pytest.mark.parametrize(
    ("happens", "told"), [(begins, "has begun"), (is_assigned, "uses it"), (is_busy, "an operation runs")]
)
async def test_the_cluster_begins_to_use_it(happens: Callable[[Prepared], None], told: str) -> None:
    """A cluster that begins after the first deletion keeps the other grant and the identity, and it is told why."""
    world = prepared(meanwhile=happens)
    found = await undo(world)
    assert world.deleted == [SUBNET]
    assert [told in stay.why for stay in found.stays] == [True]


def hands_out_tokens(world: Prepared) -> None:
    world.federated = ("shop",)


async def test_somebody_else_begins_to_use_it() -> None:
    """What is seen only by the second look keeps the identity as well."""
    world = prepared(meanwhile=hands_out_tokens)
    found = await undo(world)
    assert world.deleted == [SUBNET, REGISTRY]
    assert "shop" in found.stays[0].why


async def test_a_grant_that_is_still_listed() -> None:
    """Where Azure still shows a grant that was deleted, its identity does not go before it: later, by trying again."""
    world = prepared(forgets=False)
    with pytest.raises(TransientError, match="still shows a grant"):
        await undo(world)
    assert IDENTITY not in world.deleted
