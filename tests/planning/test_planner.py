"""What is planned from one observation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fleet_identity.cluster import Reference, SystemAssigned
from fleet_identity.node_pool import NodePool
from fleet_identity.planner import plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, ACR_PUSH, CONTRIBUTOR, NETWORK_CONTRIBUTOR, READER, REPOSITORY_READER, Role
from fleet_identity.steps import (
    AssignRole,
    AwaitOperation,
    AwaitPropagation,
    CreateIdentity,
    Reconcile,
    ReimagePool,
    Step,
    SwitchIdentity,
    VerifyPull,
)
from fleet_identity.surroundings import Identity, Registry, RoleAssignment
from fleet_identity.target import Target
from tests.builders import (
    CLUSTER,
    GROUP,
    IDENTITY,
    IMAGE,
    KUBELET,
    NEW,
    NEWER,
    NOW,
    OLD,
    REGISTRY,
    ROUTE_TABLE,
    SUBNET,
    SUBSCRIPTION,
    cluster,
    grant,
    identity,
    pool,
    surroundings,
    switched,
)

NETWORK_GROUP = SUBNET.group
EVERYTHING = ResourceId(f"/subscriptions/{SUBSCRIPTION}")


def kinds(steps: tuple[Step, ...]) -> list[type[Step]]:
    return [type(step) for step in steps]


def granted(steps: tuple[Step, ...]) -> list[tuple[Role, ResourceId]]:
    return [(step.role, step.scope) for step in steps if isinstance(step, AssignRole)]


def old_holds(*grants: tuple[Role, ResourceId]) -> tuple[RoleAssignment, ...]:
    return tuple(grant(OLD, role, scope) for role, scope in grants)


def test_the_first_round() -> None:
    """Everything up to the switch may be done now; what needs the kubelet identity comes later, system pool first."""
    found = plan(cluster(), surroundings(), Target())
    assert kinds(found.now) == [CreateIdentity, AssignRole, AwaitPropagation, SwitchIdentity]
    assert kinds(found.later) == [AssignRole, AwaitPropagation, ReimagePool, ReimagePool, VerifyPull]
    assert [step.pool for step in found.later if isinstance(step, ReimagePool)] == ["system", "apps"]
    assert not found.blocked


def test_the_second_round() -> None:
    """After the switch the pull role is granted and aged before the first pool rolls."""
    found = plan(switched(), surroundings(), Target())
    assert kinds(found.now) == [AssignRole, AwaitPropagation, ReimagePool, ReimagePool, VerifyPull]
    assert found.later == ()


def test_the_last_round() -> None:
    """Once every pool runs another image than at the switch, nothing is left."""
    rolled = switched(pools=(pool("apps", image=NEWER), pool("system", image=NEWER)))
    found = plan(rolled, surroundings(held_by_kubelet=(grant(KUBELET, ACR_PULL, REGISTRY),)), Target())
    assert (found.now, found.later, found.waiting, found.findings) == ((), (), (), ())


def test_pull_rights_are_owed_though_no_pool_is() -> None:
    """Pools that the switch or AKS itself has rolled are done, and their nodes must be able to pull all the same."""
    rolled = switched(pools=(pool("apps", image=NEWER), pool("system", image=NEWER)))
    assert kinds(plan(rolled, surroundings(), Target()).now) == [AssignRole]


def test_a_killed_roll_goes_on() -> None:
    """A pool that is still rolling is waited for; the one that has rolled is not touched again."""
    rolling = pool("apps", provisioning_state="UpgradingNodeImageVersion")
    found = plan(switched(pools=(rolling, pool("system", image=NEWER))), surroundings(), Target())
    assert kinds(found.now) == [AssignRole, AwaitOperation]
    assert [step.pool for step in found.later if isinstance(step, ReimagePool)] == ["apps"]


def test_an_operation_in_progress_does_not_stop_preparation() -> None:
    """Identity and grants are made while somebody else is busy; the switch is planned for after."""
    found = plan(cluster(provisioning_state="Upgrading"), surroundings(), Target())
    assert kinds(found.now) == [CreateIdentity, AssignRole, AwaitPropagation, AwaitOperation]
    assert kinds(found.later)[0] is SwitchIdentity


@pytest.mark.parametrize(
    ("age", "waits"), [(timedelta(minutes=59), True), (timedelta(minutes=60), False), (timedelta(days=9), False)]
)
def test_propagation_goes_by_the_age_of_grants(age: timedelta, waits: bool) -> None:
    """A grant that exists is waited for until it is an hour old, whoever made it; then not at all."""
    given = (grant(NEW, NETWORK_CONTRIBUTOR, SUBNET, NOW - age),)
    found = plan(cluster(), surroundings(identity=identity(), held_by_identity=given), Target())
    assert kinds(found.now) == ([AwaitPropagation, SwitchIdentity] if waits else [SwitchIdentity])


@pytest.mark.parametrize(
    ("held", "scope"),
    [
        (((NETWORK_CONTRIBUTOR, SUBNET),), SUBNET),
        (((NETWORK_CONTRIBUTOR, NETWORK_GROUP),), SUBNET),
        (((CONTRIBUTOR, NETWORK_GROUP),), SUBNET),
        (((NETWORK_CONTRIBUTOR, EVERYTHING),), SUBNET),
        ((), SUBNET),
    ],
    ids=["as held", "held on the group", "never Contributor", "never a subscription", "not held at all"],
)
def test_where_the_network_role_goes(held: tuple[tuple[Role, ResourceId], ...], scope: ResourceId) -> None:
    """However wide the old principal's role is, the new identity gets Network Contributor on the resource itself."""
    found = plan(cluster(), surroundings(held_by_old_principal=old_holds(*held)), Target(registries=()))
    assert granted(found.now) == [(NETWORK_CONTRIBUTOR, scope)]


def test_a_role_inherited_from_above_is_not_granted_again() -> None:
    """The new identity that holds the role on the group needs no second one on the subnet."""
    given = (grant(NEW, NETWORK_CONTRIBUTOR, NETWORK_GROUP),)
    assert granted(plan(cluster(), surroundings(identity=identity(), held_by_identity=given), Target()).now) == []


def test_the_node_resource_group_needs_no_grant() -> None:
    """AKS itself makes the identity a contributor of the node resource group."""
    inside = Reference(kind="public IP", id=ResourceId(f"/subscriptions/{SUBSCRIPTION}/resourcegroups/mc_prod/x/y/z"))
    found = plan(cluster(references=(inside,)), surroundings(), Target())
    assert granted(found.now) == []


def test_route_tables_are_demanded() -> None:
    """The route table of a subnet is granted as the subnet is."""
    table = Reference(kind="route table", id=ROUTE_TABLE)
    found = plan(cluster(), surroundings(attached=(table,)), Target())
    assert granted(found.now) == [(NETWORK_CONTRIBUTOR, SUBNET), (NETWORK_CONTRIBUTOR, ROUTE_TABLE)]


@pytest.mark.parametrize(
    ("held", "abac", "role"),
    [
        (ACR_PULL, False, ACR_PULL),
        (ACR_PUSH, False, ACR_PULL),
        (CONTRIBUTOR, False, ACR_PULL),
        (READER, False, ACR_PULL),
        (REPOSITORY_READER, True, REPOSITORY_READER),
        (ACR_PULL, True, REPOSITORY_READER),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_which_pull_role(held: Role, abac: bool, role: Role) -> None:
    """However the old principal could pull, the kubelet gets the least role that the registry honours."""
    around = surroundings(
        held_by_old_principal=old_holds((held, REGISTRY)), registries={REGISTRY: Registry(id=REGISTRY, abac=abac)}
    )
    assert granted(plan(switched(), around, Target()).now) == [(role, REGISTRY)]


@pytest.mark.parametrize(
    ("held", "role"), [(ACR_PULL, ACR_PULL), (ACR_PUSH, ACR_PULL), (REPOSITORY_READER, REPOSITORY_READER)]
)
def test_pull_roles_on_a_group_are_taken_over_as_they_are(held: Role, role: Role) -> None:
    """A pull role on a whole group stays one on the group, of the kind that worked there."""
    around = surroundings(held_by_old_principal=old_holds((held, REGISTRY.group)), registries={})
    assert granted(plan(switched(), around, Target()).now) == [(role, REGISTRY.group)]


def test_named_registries_come_on_top() -> None:
    """What the target names is granted beside what the old principal's pull roles show, never instead."""
    named = ResourceId(f"{REGISTRY}2")
    registries = {one: Registry(id=one, abac=False) for one in (named, REGISTRY)}
    found = plan(switched(), surroundings(registries=registries), Target(registries=(named.text,)))
    assert granted(found.now) == [(ACR_PULL, named), (ACR_PULL, REGISTRY)]


def test_a_blocked_cluster_still_gets_its_pull_role() -> None:
    """After the switch a node may scale up any moment: the grant does not wait for what blocks the rolls."""
    found = plan(switched(power_state="Stopped"), surroundings(), Target())
    assert found.blocked
    assert kinds(found.now) == [AssignRole]
    assert ReimagePool in kinds(found.later)


def test_a_blocked_plan_shows_all_grants() -> None:
    """Those that nobody needs yet wait for what blocks, and are shown with the rest."""
    target = Target(kubelet="pre_created")
    of_nodes = target.kubelet_for(CLUSTER)
    assert of_nodes is not None
    made = {one: Identity(id=one, principal_id=one.name, client_id=one.name) for one in (IDENTITY, of_nodes)}
    around = surroundings(identities=made)
    free, held = (plan(switched(power_state=state), around, target) for state in ("Running", "Stopped"))
    assert held.blocked
    assert set(granted(held.now + held.later)) == set(granted(free.now + free.later))
    assert len(granted(held.later)) > 0


@pytest.mark.parametrize("state", ["Failed", "Canceled"])
def test_a_roll_that_failed_half_way_is_resumed(state: str) -> None:
    """A pool with the new image whose roll failed has nodes on the old principal: our own operation is taken up."""
    half = switched(pools=(pool("system", image=NEWER, provisioning_state=state),))
    found = plan(half, surroundings(), Target())
    assert not found.blocked
    assert kinds(found.now) == [AssignRole, AwaitPropagation, Reconcile]


BROKEN = pool("system", provisioning_state="Failed")
HALF_WAY = pool("system", image=NEWER, provisioning_state="Failed")
OF_OTHERS = pool("new", provisioning_state="Failed")


@pytest.mark.parametrize(
    ("days", "pools", "ours"),
    [
        (0.5, (BROKEN,), True),
        (3, (BROKEN,), True),
        (3, (HALF_WAY,), True),
        (30, (HALF_WAY,), True),
        (3, (HALF_WAY, OF_OTHERS), False),
        (3, (replace(HALF_WAY, kubernetes_version="1.33.4"),), False),
        (45, (HALF_WAY,), False),
    ],
)
def test_whose_failure_it_is(days: float, pools: tuple[NodePool, ...], ours: bool) -> None:
    """A failure is ours right after the change, or on pools that it owes no more than a roll; else a person's."""
    around = surroundings(observed_at=NOW + timedelta(days=days))
    found = plan(switched(pools=pools), around, Target())
    assert (Reconcile in kinds(found.now), found.blocked) == (ours, not ours)


def test_a_pool_that_can_only_wait_leaves_no_failure_of_ours() -> None:
    """Its roll can't have begun, so what has failed on it is somebody else's."""
    around = surroundings(observed_at=NOW + timedelta(days=3), newest_images={"system": IMAGE})
    assert plan(switched(pools=(BROKEN,)), around, Target()).blocked


def test_a_failed_cluster_is_never_already_migrated() -> None:
    """All pools have moved, and the cluster has failed since: the plan says so."""
    rolled = switched(pools=(pool("system", image=NEWER),), provisioning_state="Failed")
    found = plan(rolled, surroundings(observed_at=NOW + timedelta(days=30)), Target())
    assert [finding.code for finding in found.findings if finding.severity == "blocks"] == ["ClusterFailed"]


def test_a_kubelet_that_may_pull_long_since_rolls_at_once() -> None:
    """With its pull role an hour old, the first thing to do is to roll."""
    given = (grant(KUBELET, ACR_PULL, REGISTRY),)
    found = plan(switched(), surroundings(held_by_kubelet=given), Target())
    assert kinds(found.now) == [ReimagePool, ReimagePool, VerifyPull]


@pytest.mark.parametrize("newest", [IMAGE, "AKSUbuntu-2204gen2containerd-202609.01.0"], ids=["newest", "recalled"])
def test_a_pool_without_a_newer_image_waits(newest: str) -> None:
    """A pool is not sent an upgrade to what it runs, nor to an older image after a recall."""
    around = surroundings(newest_images={"apps": newest, "system": NEWER})
    found = plan(switched(), around, Target())
    assert [step.pool for step in found.now if isinstance(step, ReimagePool)] == ["system"]
    assert [item.pool for item in found.waiting] == ["apps"]


def test_only_waiting_grants_without_waiting_for_them() -> None:
    """When no pool can roll, the pull role is granted and nobody waits for its age."""
    around = surroundings(newest_images={"apps": IMAGE, "system": IMAGE})
    assert kinds(plan(switched(), around, Target()).now) == [AssignRole]


def test_a_system_assigned_cluster_is_left_alone() -> None:
    """A cluster on another managed identity is a question for a person, not a move."""
    found = plan(cluster(identity=SystemAssigned(principal_id="x")), surroundings(), Target())
    assert (found.now, found.later) == ((), ())
    assert [finding.code for finding in found.findings] == ["OtherIdentity"]
    assert not found.blocked


def test_it_tells_itself() -> None:
    """The plan that is shown names every step once, with what is disruptive and has no way back."""
    found = plan(cluster(), surroundings(), Target())
    lines = found.describe()
    assert [line.when for line in lines] == ["warns", "notes", *["now"] * len(found.now), *["later"] * len(found.later)]
    assert sum("(disruptive, one way)" in line.what for line in lines) == 3


def test_a_blocked_plan_promises_nothing() -> None:
    """While something blocks, no step is shown as being done now."""
    found = plan(cluster(power_state="Stopped"), surroundings(), Target())
    assert found.blocked
    assert found.now == ()
    assert {line.when for line in found.describe()} == {"blocks", "warns", "notes", "then"}


def test_the_same_observation_gives_the_same_plan() -> None:
    """The planner has no clock and no memory."""
    assert plan(cluster(), surroundings(), Target()) == plan(cluster(), surroundings(), Target())
    later = surroundings(observed_at=NOW + timedelta(hours=5))
    assert plan(cluster(), later, Target()) == plan(cluster(), surroundings(), Target())


def test_the_case_of_ids_does_not_matter() -> None:
    """ARM writes ids in changing case; the plan does not change with it."""
    upper = replace(cluster(), references=(Reference(kind="subnet", id=ResourceId(SUBNET.text.upper())),))
    given = (grant(NEW, NETWORK_CONTRIBUTOR, SUBNET),)
    assert granted(plan(upper, surroundings(identity=identity(), held_by_identity=given), Target()).now) == []
    assert ResourceId(GROUP).contains(ResourceId(GROUP.upper() + "/providers/x"))
