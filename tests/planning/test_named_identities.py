"""Which identities a run may name: a cluster's own, what is on the cluster already, and what the operator allows."""

import pytest

from fleet_identity.allow_list import AllowList, allow_list
from fleet_identity.cluster import Cluster, KubeletIdentity, UserAssigned
from fleet_identity.creation import plan_creation
from fleet_identity.new_cluster import NewCluster, NewPool
from fleet_identity.plan import Plan
from fleet_identity.planner import BY_DEFAULT, plan
from fleet_identity.resource_id import ResourceId, identity_id
from fleet_identity.steps import AssignRole, IdentityNamed
from fleet_identity.target import ExtraRole, Target
from tests.builders import CLUSTER, GROUP, IDENTITY, SUBNET, SUBSCRIPTION, cluster, surroundings, switched

SHARED = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-identities"
OTHERS = identity_id(SUBSCRIPTION, "rg-identities", "id-of-others").text
NEIGHBOUR = identity_id(SUBSCRIPTION, "rg-prod", "id-of-a-neighbour").text
NEIGHBOURS = Target(identity_id=NEIGHBOUR)
VAULT_ROLE = ExtraRole(role="Key Vault Secrets User", scope=f"{SHARED}/providers/Microsoft.KeyVault/vaults/kv")
WAYS = ("pre_created", "pre_created_same_put")


def refused(found: Plan) -> list[str]:
    return [one.evidence.split(",")[0] for one in found.findings if one.code == "IdentityNotAllowed"]


def planned(target: Target, allow: AllowList = BY_DEFAULT, it: Cluster | None = None) -> Plan:
    return plan(it or cluster(), surroundings(), target, allow)


@pytest.mark.parametrize(
    "target",
    [
        Target(),
        Target(kubelet="pre_created"),
        Target(identity_id=IDENTITY.text.upper().replace("/SUBSCRIPTIONS", "/subscriptions")),
        Target(identity_resource_group="RG-PROD"),
    ],
)
def test_its_own_are_free(target: Target) -> None:
    """In the cluster's resource group, with the default name, however that is said: no operator needs to be asked."""
    assert refused(planned(target)) == []


@pytest.mark.parametrize(
    ("name", "own"), [("id-{}", True), ("ID-{}", True), ("id-{}-eu", False), ("id-eu-{}", False), ("id-{}a", False)]
)
def test_a_name_that_contains_the_cluster_s_is_no_name(name: str, own: bool) -> None:
    """`id-prod-eu` is the identity of cluster `prod-eu`, which may share a group with cluster `prod`."""
    called = name.format(cluster().id.name)
    mine = identity_id(SUBSCRIPTION, "rg-prod", called).text
    nodes = identity_id(SUBSCRIPTION, "rg-prod", f"{called}-kubelet").text
    assert (refused(planned(Target(identity_id=mine))) == []) is own
    assert (refused(planned(Target(kubelet="pre_created", kubelet_identity_id=nodes))) == []) is own


def test_other_names_are_the_operator_s_to_allow() -> None:
    """A pattern of the run's own could make the name of any neighbour; a group that the operator names may hold it."""
    named = Target(identity_name="id-{cluster}-eu", kubelet="pre_created", kubelet_identity_name="{cluster}-nodes")
    assert len(refused(planned(named))) == 2
    assert refused(planned(named, allow_list(named_at=(GROUP,)))) == []


def test_each_in_its_place() -> None:
    """The control plane's own identity is not free for nodes: pods would reach its rights."""
    swapped = Target(
        kubelet="pre_created",
        identity_id=identity_id(SUBSCRIPTION, "rg-prod", "id-prod-kubelet").text,
        kubelet_identity_id=IDENTITY.text,
    )
    assert len(refused(planned(swapped))) == 2


@pytest.mark.parametrize("target", [Target(identity_id=OTHERS), NEIGHBOURS])
def test_another_control_plane_identity_blocks(target: Target) -> None:
    """One in another group, or a neighbour's: nothing is made or granted, and the sentence names the setting."""
    found = planned(target)
    assert refused(found) == [f"The target names {target.identity_id}"]
    assert found.now == ()
    assert "(FLEET_IDENTITY_IDENTITY_SCOPES)" in next(one.remedy for one in found.findings if one.severity == "blocks")


@pytest.mark.parametrize("way", WAYS)
def test_another_kubelet_identity_blocks(way: str) -> None:
    """Pods reach it through their node, so what it holds elsewhere would be theirs."""
    found = planned(Target.model_validate({"kubelet": way, "kubelet_identity_id": OTHERS}))
    assert refused(found) == [f"The target names {OTHERS}"]
    assert found.now == ()


def test_another_group_blocks() -> None:
    """Whoever owns the group would own the identity that is made there, and all that it is granted."""
    found = planned(Target(identity_resource_group="rg-mine", kubelet="pre_created"))
    assert len(refused(found)) == 2
    assert found.now == ()


@pytest.mark.parametrize(
    ("scope", "within"),
    [
        (SHARED, True),
        (SHARED.upper(), True),
        (OTHERS, True),
        (f"/subscriptions/{SUBSCRIPTION}", True),
        ("/", True),
        (SHARED[:-1], False),
        (f"{OTHERS}-too", False),
        (GROUP, False),
    ],
)
def test_the_operator_says_where(scope: str, within: bool) -> None:
    """A scope holds what is at and below it, whole names only."""
    found = planned(Target(identity_id=OTHERS), allow_list(named_at=(scope,)))
    assert (refused(found) == []) is within
    assert bool(found.now) is within


def test_an_identity_that_the_cluster_runs_on_may_get_more() -> None:
    """Nobody has put it there for this run's sake; where it may get more another setting says."""
    on_others = switched(identity=UserAssigned(identity_id=ResourceId(OTHERS)))
    found = planned(Target(identity_id=OTHERS, extra_roles=(VAULT_ROLE,)), it=on_others)
    assert refused(found) == []
    assert IdentityNamed(id=ResourceId(OTHERS)) in {step.principal for step in found.of(AssignRole)}


def test_the_control_plane_s_is_no_kubelet_s() -> None:
    """What is on a cluster in one place is not free for the other: pods would reach the control plane's rights."""
    on_others = switched(identity=UserAssigned(identity_id=ResourceId(OTHERS)))
    target = Target(replace_identity=True, kubelet="pre_created", kubelet_identity_id=OTHERS)
    assert refused(planned(target, it=on_others)) == [f"The target names {OTHERS}"]


def test_what_is_left_as_it_is_is_not_asked_about() -> None:
    """A cluster that has arrived on such an identity, and one that is not to be moved, do not turn red for it."""
    arrived = switched(
        identity=UserAssigned(identity_id=ResourceId(OTHERS)),
        kubelet=KubeletIdentity(resource_id=ResourceId(NEIGHBOUR), client_id="k", object_id="k"),
    )
    target = Target(identity_id=OTHERS, kubelet="pre_created", kubelet_identity_id=NEIGHBOUR)
    assert refused(planned(target, it=arrived)) == []
    elsewhere = cluster(identity=UserAssigned(identity_id=IDENTITY))
    found = planned(Target(identity_id=OTHERS), it=elsewhere)
    assert [(one.code, one.severity) for one in found.findings] == [("OtherIdentity", "warns")]


def test_a_new_cluster_is_no_exception() -> None:
    """Making one is no way around it."""
    new = NewCluster(id=CLUSTER.text, location="westeurope", pools=(NewPool(subnet=SUBNET.text),))
    found = plan_creation(new, None, surroundings(), Target(identity_id=OTHERS), BY_DEFAULT)
    assert refused(found) == [f"The target names {OTHERS}"]
    assert found.now == ()
