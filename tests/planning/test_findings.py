"""Every finding: what brings it up, and whether it blocks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fleet_identity.allow_list import allow_list
from fleet_identity.apply.pool_drift import pool_drift
from fleet_identity.cluster import Addon, Cluster, EtcdKey, Reference, SystemAssigned, UnknownIdentity
from fleet_identity.errors import NeedsHumanError
from fleet_identity.findings import Code, Finding, Severity
from fleet_identity.findings.unreadable import unreadable
from fleet_identity.fleet.may_begin import may_begin, unknown
from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.inside import Budget, Inside, Node
from fleet_identity.permissions import Runner
from fleet_identity.planner import plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, CONTRIBUTOR, NETWORK_CONTRIBUTOR, role_named
from fleet_identity.steps import IdentityNamed, KubeletOf
from fleet_identity.surroundings import (
    Cores,
    Identity,
    Lock,
    Registry,
    RoleAssignment,
    Surroundings,
    TagPolicy,
    Vault,
)
from fleet_identity.target import ExtraRole, Target
from tests.builders import (
    IDENTITY,
    IMAGE,
    KUBELET,
    LONG_AGO,
    NEW,
    NEWER,
    NOW,
    OLD,
    OLD_GRANTS,
    REGISTRY,
    SUBNET,
    SUBSCRIPTION,
    cluster,
    grant,
    pool,
    surroundings,
    switched,
)

NODES = cluster().node_resource_group
EVERYTHING = ResourceId(f"/subscriptions/{SUBSCRIPTION}")


def locked(scope: ResourceId, level: str = "CanNotDelete") -> Surroundings:
    return surroundings(locks=(Lock(name="keep", level=level, scope=scope),))


def findings(it: Cluster, around: Surroundings | None = None, target: Target | None = None) -> tuple[Finding, ...]:
    return plan(it, around or surroundings(), target or Target()).findings


def never_together() -> tuple[Finding, ...]:
    windows = [RunWindow(days=(day,), start_time="00:00", duration_hours=1) for day in ("Monday", "Tuesday")]
    found = may_begin(plan(cluster(), surroundings(), Target()), windows, NOW)
    return (found,) if isinstance(found, Finding) else ()


GATEWAY = Addon(name="omsagent", settings={"useAADAuth": "false"})
KEY = EtcdKey(vault="keys")
ZONE = Reference(
    kind="private DNS zone", id=ResourceId(f"{SUBNET.group}/providers/Microsoft.Network/privateDnsZones/z")
)
SYSTEM = Target(control_plane="system_assigned", accept_gap=True)
IN_A_WEEK = NOW + timedelta(days=5)
ABROAD = surroundings(registries={REGISTRY: Registry(id=REGISTRY, foreign=True)})
NOBODY = Runner(object_id="me", tenant="t", subscriptions=frozenset({SUBSCRIPTION}))


def under_a_condition(scope: ResourceId, *more: RoleAssignment) -> Surroundings:
    """The new identity is there, and holds what it needs with a condition."""
    narrow = replace(grant(NEW, NETWORK_CONTRIBUTOR, scope), condition="@Resource[name] StringEquals 'a'")
    made = Identity(id=IDENTITY, principal_id=NEW, client_id="new")
    return surroundings(identities={IDENTITY: made}, held={IdentityNamed(id=IDENTITY): (narrow, *more)})


def looked(**inside: Any) -> tuple[Finding, ...]:
    return findings(
        cluster(), surroundings(inside=Inside(**inside) if inside else None), Target(in_cluster_checks=True)
    )


BRINGS_UP: dict[Code, tuple[Severity, Callable[[], tuple[Finding, ...]]]] = {
    Code.CLUSTER_STOPPED: (Severity.BLOCKS, lambda: findings(cluster(power_state="Stopped"))),
    Code.CLUSTER_FAILED: (Severity.BLOCKS, lambda: findings(cluster(provisioning_state="Failed"))),
    Code.OPERATION_IN_PROGRESS: (Severity.NOTES, lambda: findings(cluster(provisioning_state="Upgrading"))),
    Code.POOL_FAILED: (Severity.BLOCKS, lambda: findings(cluster(pools=(pool(provisioning_state="Failed"),)))),
    Code.POOL_STOPPED: (Severity.NOTES, lambda: findings(cluster(pools=(pool(power_state="Stopped"),)))),
    Code.POOL_TYPE: (Severity.BLOCKS, lambda: findings(cluster(pools=(pool(kind="AvailabilitySet"),)))),
    Code.SPOT_POOL: (Severity.NOTES, lambda: findings(cluster(pools=(pool(spot=True),)))),
    Code.VERSION_SKEW: (Severity.WARNS, lambda: findings(cluster(pools=(pool(kubernetes_version="1.32.1"),)))),
    Code.WINDOWS_CADENCE: (Severity.WARNS, lambda: findings(cluster(pools=(pool(os="Windows"),)))),
    Code.NODE_AUTO_PROVISIONING: (Severity.WARNS, lambda: findings(cluster(node_provisioning=True))),
    Code.NODE_DISRUPTION_POLICY: (Severity.BLOCKS, lambda: findings(cluster(node_disruption_policy="Block"))),
    Code.POD_IDENTITY: (Severity.BLOCKS, lambda: findings(cluster(pod_identity=True))),
    Code.NO_ETAG: (Severity.BLOCKS, lambda: findings(cluster(etag=""))),
    Code.UNKNOWN_IDENTITY: (
        Severity.BLOCKS,
        lambda: findings(cluster(identity=UnknownIdentity(shown="Strange identity"))),
    ),
    Code.OTHER_IDENTITY: (
        Severity.WARNS,
        lambda: findings(cluster(identity=SystemAssigned(principal_id="x"))),
    ),
    Code.RECORD_MISSING: (Severity.BLOCKS, lambda: findings(switched(tags={}))),
    Code.KUBELET_MISSING: (Severity.BLOCKS, lambda: findings(switched(kubelet=None))),
    Code.REGION_UNSUPPORTED: (Severity.BLOCKS, lambda: findings(cluster(location="usdodeast"))),
    Code.SECRET_EXPIRED: (Severity.WARNS, lambda: findings(cluster(), surroundings(secrets_end=(LONG_AGO,)))),
    Code.SECRET_EXPIRES: (Severity.WARNS, lambda: findings(cluster(), surroundings(secrets_end=(IN_A_WEEK,)))),
    Code.SHARED_PRINCIPAL: (Severity.WARNS, lambda: findings(cluster(), surroundings(shared_with=2))),
    Code.OLD_PRINCIPAL_UNKNOWN: (Severity.BLOCKS, lambda: findings(cluster(), surroundings(old_principal_id=None))),
    Code.SUBSCRIPTION_UNREADABLE: (
        Severity.BLOCKS,
        lambda: findings(cluster(), surroundings(unreadable=("another",))),
    ),
    Code.ROLE_NOT_COPIED: (
        Severity.WARNS,
        lambda: findings(
            cluster(), surroundings(held_by_old_principal=(*OLD_GRANTS, grant(OLD, role_named("custom"), EVERYTHING)))
        ),
    ),
    Code.ROLE_NOT_ALLOWED: (
        Severity.BLOCKS,
        lambda: plan(cluster(), surroundings(), Target(), allow_list(("AcrPull",))).findings,
    ),
    Code.IDENTITY_NOT_ALLOWED: (
        Severity.BLOCKS,
        lambda: findings(cluster(), target=Target(identity_resource_group="rg-mine")),
    ),
    Code.CONDITIONAL_GRANT: (Severity.BLOCKS, lambda: findings(cluster(), under_a_condition(SUBNET))),
    Code.ROLE_ASSIGNMENT_LIMIT: (
        Severity.BLOCKS,
        lambda: findings(cluster(), surroundings(assignments={SUBSCRIPTION: 3999})),
    ),
    Code.MISSING_RIGHT: (Severity.BLOCKS, lambda: findings(cluster(), surroundings(runner=NOBODY))),
    Code.NOT_READ: (Severity.NOTES, lambda: findings(cluster(), surroundings(not_read=("The quota: denied.",)))),
    Code.UNREADABLE: (
        Severity.BLOCKS,
        lambda: (unreadable(NeedsHumanError("May not read it.", "AuthorizationFailed")),),
    ),
    Code.TENANT_MISMATCH: (Severity.WARNS, lambda: findings(cluster(), surroundings(runner=NOBODY, tenant="other"))),
    Code.REGISTRIES_UNKNOWN: (
        Severity.BLOCKS,
        lambda: findings(cluster(), surroundings(held_by_old_principal=(grant(OLD, CONTRIBUTOR, EVERYTHING),))),
    ),
    Code.REGISTRY_NOT_FOUND: (Severity.BLOCKS, lambda: findings(cluster(), surroundings(registries={REGISTRY: None}))),
    Code.REGISTRY_IN_OTHER_TENANT: (Severity.BLOCKS, lambda: findings(cluster(), ABROAD)),
    Code.PULL_GAP: (Severity.WARNS, lambda: findings(cluster(pools=(pool(autoscaling=True),)))),
    Code.RIGHTS_GAP: (Severity.BLOCKS, lambda: findings(cluster(), target=Target(control_plane="system_assigned"))),
    Code.ADDON_GAP: (Severity.WARNS, lambda: findings(cluster(addons=(GATEWAY,)))),
    Code.SHORT_WAIT: (Severity.WARNS, lambda: findings(cluster(), target=Target(minimum_grant_age_minutes=5))),
    Code.PRIVATE_DNS_ZONE: (Severity.BLOCKS, lambda: findings(cluster(references=(ZONE,)), target=SYSTEM)),
    Code.ETCD_KEY: (Severity.BLOCKS, lambda: findings(cluster(etcd_key=KEY))),
    Code.VAULT_ACCESS_POLICY: (
        Severity.BLOCKS,
        lambda: findings(cluster(etcd_key=KEY), surroundings(vault=Vault(id=ResourceId("/x/keys"), rbac=False))),
    ),
    Code.WORKSPACE_MISSING: (Severity.BLOCKS, lambda: findings(cluster(), surroundings(workspace_missing=True))),
    Code.RESOURCE_LOCK: (Severity.BLOCKS, lambda: findings(cluster(), locked(NODES))),
    Code.TAG_LIMIT: (Severity.BLOCKS, lambda: findings(cluster(tags={str(number): "" for number in range(48)}))),
    Code.TAG_POLICY: (
        Severity.BLOCKS,
        lambda: findings(
            cluster(), surroundings(tag_policies=(TagPolicy(name="cost", scope=EVERYTHING, tag="cost-center"),))
        ),
    ),
    Code.SURGE_QUOTA: (Severity.BLOCKS, lambda: findings(cluster(), surroundings(cores=Cores(used=100, limit=101)))),
    Code.WINDOW_NEVER_OPENS: (Severity.WARNS, never_together),
    Code.WINDOW_UNKNOWN: (Severity.WARNS, lambda: (unknown(NeedsHumanError("It can't be told when it is open.")),)),
    Code.DRAIN_BLOCKED: (Severity.BLOCKS, lambda: looked(budgets=(Budget(namespace="shop", name="cart"),))),
    Code.NOT_LOOKED_INSIDE: (Severity.NOTES, looked),
    Code.TERRAFORM: (Severity.NOTES, lambda: findings(cluster())),
    Code.POOL_CHANGED: (
        Severity.WARNS,
        lambda: pool_drift(cluster(pools=(pool(), pool("apps"))), switched(pools=(pool(count=5),))),
    ),
}


@pytest.mark.parametrize("code", Code)
def test_each(code: Code) -> None:
    """Each finding comes up where it should, with its weight, its evidence and what to do."""
    severity, brought_up = BRINGS_UP[code]
    found = [finding for finding in brought_up() if finding.code is code]
    assert found
    assert {finding.severity for finding in found} == {severity}
    assert all(finding.evidence.endswith(".") and finding.remedy.endswith(".") for finding in found)


def test_a_sound_cluster_has_only_the_gap() -> None:
    """Without obstacles there is nothing to say but the gap that the documented road leaves, and to Terraform."""
    assert [finding.code for finding in findings(cluster())] == [Code.PULL_GAP, Code.TERRAFORM]
    no_pulls = surroundings(held_by_old_principal=OLD_GRANTS[:1])
    assert [finding.code for finding in findings(cluster(), no_pulls)] == [Code.TERRAFORM]


@pytest.mark.parametrize(
    ("scope", "level", "stops"),
    [
        (ResourceId(f"{NODES}/providers/Microsoft.Network/loadBalancers/kubernetes"), "CanNotDelete", True),
        (EVERYTHING, "CanNotDelete", True),
        (cluster().id, "ReadOnly", True),
        (cluster().id, "CanNotDelete", False),
        (SUBNET.group, "ReadOnly", True),
        (SUBNET.group, "CanNotDelete", False),
        (REGISTRY, "ReadOnly", True),
        (IDENTITY.group, "ReadOnly", True),
        (ResourceId(f"{EVERYTHING}/resourceGroups/somewhere-else"), "ReadOnly", False),
    ],
    ids=lambda value: value.describe() if isinstance(value, ResourceId) else str(value),
)
def test_which_locks_are_in_the_way(scope: ResourceId, level: str, stops: bool) -> None:
    """Any lock on the nodes, and ReadOnly locks on what is written; no others."""
    codes = {finding.code for finding in findings(cluster(), locked(scope, level))}
    assert (Code.RESOURCE_LOCK in codes) == stops


def test_a_missing_record_can_be_accepted() -> None:
    """A person who has looked at the nodes may say so; without, a cluster of ours is never called done."""
    assert plan(switched(tags={}), surroundings(), Target()).blocked
    assert not plan(switched(tags={}), surroundings(), Target(accept_unknown=True)).blocked


def test_the_switch_own_tags_do_not_block() -> None:
    """A cluster whose tags are full once the record is written goes on."""
    full = {str(number): "" for number in range(45)} | dict(switched().tags)
    assert not plan(switched(tags=full), surroundings(), Target()).blocked


def test_an_autoscaler_does_not_count_as_a_change() -> None:
    """A pool that scales by itself may have another count after the switch."""
    before = cluster(pools=(pool(autoscaling=True, count=3),))
    assert pool_drift(before, switched(pools=(pool(autoscaling=True, count=4),))) == ()


NOTHING_NEWER = {"apps": IMAGE, "system": IMAGE}


def codes(it: Cluster, around: Surroundings, target: Target | None = None) -> set[Code]:
    return {finding.code for finding in findings(it, around, target)}


def test_a_policy_spares_what_it_names() -> None:
    """A new identity in a group that a policy leaves out needs no tag."""
    policy = TagPolicy(name="cost", scope=EVERYTHING, tag="cost-center", spares=(IDENTITY.group,))
    assert Code.TAG_POLICY not in codes(cluster(), surroundings(tag_policies=(policy,)))


@pytest.mark.parametrize("name", ["useAADAuth", "useaadauth"])
def test_monitoring_with_entra_needs_no_role(name: str) -> None:
    """ARM writes the names of settings in more than one casing."""
    it = cluster(addons=(Addon(name="omsagent", settings={name: "true"}),))
    assert Code.ADDON_GAP not in codes(it, surroundings())


def test_nodes_that_say_no_are_not_unknown() -> None:
    """Without a record, and with nodes that say they use another identity, no word of a person's calls it done."""
    inside = Inside(nodes=(Node(name="n1", pool="apps", kubelet_client_id="another"),))
    accepting = Target(accept_unknown=True, in_cluster_checks=True)
    assert plan(switched(tags={}), surroundings(inside=inside), accepting).blocked


def test_what_concerns_a_roll_is_silent_while_pools_can_only_wait() -> None:
    """A budget or a full quota keeps a roll from starting, not a pool from waiting for its image."""
    full, budget = Cores(used=100, limit=100), Budget(namespace="shop", name="cart")
    waits = surroundings(newest_images=NOTHING_NEWER, cores=full, inside=Inside(budgets=(budget,)))
    looking = Target(in_cluster_checks=True)
    assert not {Code.SURGE_QUOTA, Code.DRAIN_BLOCKED} & codes(switched(), waits, looking)
    rolls = replace(waits, newest_images={"apps": NEWER})
    assert {Code.SURGE_QUOTA, Code.DRAIN_BLOCKED} <= codes(switched(), rolls, looking)


def test_the_secret_that_ends_next_counts() -> None:
    """Any secret may be the one that the cluster uses: that of a pipeline, which ends in years, hides no warning."""
    years = NOW + timedelta(days=700)
    (found,) = [
        one
        for one in findings(cluster(), surroundings(secrets_end=(years, IN_A_WEEK, LONG_AGO)))
        if one.code is Code.SECRET_EXPIRES
    ]
    assert "ends on 2026-01-10, in 5 days; the last of its 3 secrets ends on 2027-12-06" in found.evidence
    assert Code.SECRET_EXPIRES not in codes(cluster(), surroundings(secrets_end=(years, LONG_AGO)))


def test_of_expired_secrets_the_last_is_told() -> None:
    """Once all have expired, the day is told since when the cluster can live on none."""
    found = findings(cluster(), surroundings(secrets_end=(LONG_AGO, NOW - timedelta(days=1))))
    assert ["the last one on 2026-01-04" in one.evidence for one in found if one.code is Code.SECRET_EXPIRED] == [True]


def test_a_condition_is_in_the_way_of_its_own_scope_only() -> None:
    """The finding names scope and condition; another scope does not matter, nor does one where the role is held."""
    found = [one for one in findings(cluster(), under_a_condition(SUBNET)) if one.code is Code.CONDITIONAL_GRANT]
    assert [f"{SUBNET} only under the condition @Resource[name] StringEquals 'a'" in one.evidence for one in found] == [
        True
    ]
    beside = grant(NEW, NETWORK_CONTRIBUTOR, SUBNET.group)
    for around in (under_a_condition(SUBNET.group), under_a_condition(SUBNET, beside)):
        assert Code.CONDITIONAL_GRANT not in codes(cluster(), around)


def test_a_grant_that_a_condition_keeps_out_is_not_tried() -> None:
    """The kubelet identity pulls under a condition: its pull role is in no `now`, where it would fail each round."""
    narrow = replace(grant(KUBELET, ACR_PULL, REGISTRY), condition="some")
    around = surroundings(held={KubeletOf(cluster_id=cluster().id): (narrow,)})
    found = plan(switched(), around, Target())
    assert (Code.CONDITIONAL_GRANT in {one.code for one in found.findings}, found.now) == (True, ())


def test_a_custom_role_that_cannot_be_read_is_not_granted() -> None:
    """What nobody can read might permit anything."""
    unread = ExtraRole(role="11111111-2222-4333-8444-555555555555", scope=REGISTRY.text)
    may_all = allow_list((unread.role, "AcrPull", "Network Contributor"))
    found = plan(cluster(), surroundings(), Target(extra_roles=(unread,)), may_all)
    assert Code.ROLE_NOT_ALLOWED in {finding.code for finding in found.findings}


def test_control_plane_and_kubelet_are_two_identities() -> None:
    """One identity for both would give nodes the rights of the control plane."""
    with pytest.raises(ValueError, match="identities of their own"):
        Target(identity_name="id-{cluster}", kubelet="pre_created", kubelet_identity_name="id-{cluster}")
