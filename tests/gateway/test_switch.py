"""The PUT that switches: what it sends, and what becomes of it when Azure says no."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fleet_identity.apply import apply
from fleet_identity.clock import PacedClock
from fleet_identity.cluster import Cluster, Reference, UserAssigned
from fleet_identity.errors import ClusterChangedError, NeedsHumanError
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import NETWORK_CONTRIBUTOR, OWNER, role_called
from fleet_identity.steps import AssignRole, IdentityNamed, Reconcile, ReimagePool, Step, SwitchIdentity, UpgradePool
from tests.gateway.conftest import UNHURRIED, Connect, Connected
from tests.worlds import CLUSTER_ID, IDENTITY_ID, REGISTRY_ID, SUBNET_ID, one_cluster, pool

SWITCH = SwitchIdentity(
    cluster_id=ResourceId(CLUSTER_ID),
    identity=UserAssigned(identity_id=ResourceId(IDENTITY_ID)),
    references=frozenset({Reference(kind="subnet", id=ResourceId(SUBNET_ID))}),
    grants=(),
    minimum_age=timedelta(minutes=60),
    tag_prefix="fleet-identity",
)
WITH_RIGHTS = {
    "user_assigned_identities": [{"name": "id-prod", "resource_group": "rg-prod"}],
    "role_assignments": [{"principal": "id-prod", "role": "Network Contributor", "scope": SUBNET_ID}],
}


def puts(here: Connected) -> list[int]:
    return [one.status for one in here.simulator.journal if one.method == "PUT" and "managedClusters" in one.path]


async def test_what_it_sends(connect: Connect) -> None:
    """Everything goes back as it came, without what is read-only; the tags that were there stay."""
    here = await connect(one_cluster(**WITH_RIGHTS, tags={"team": "shop"}, extra_properties={"newer": {"a": [1]}}))
    await apply(SWITCH, here.azure, here.clock)
    body = next(one.request_body for one in here.simulator.journal if one.method == "PUT")
    assert body["tags"]["team"] == "shop"
    assert body["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY_ID: {}}}
    assert body["properties"]["newer"] == {"a": [1]}
    sent = {*body, *body["properties"], *(key for one in body["properties"]["agentPoolProfiles"] for key in one)}
    assert not sent & {
        "eTag",
        "id",
        "systemData",
        "provisioningState",
        "nodeImageVersion",
        "currentOrchestratorVersion",
    }


async def test_what_the_operator_does_not_permit_is_never_sent(connect: Connect) -> None:
    """The last line of defence: whatever a step says, neither Owner nor a role off the list goes to Azure."""
    here = await connect(one_cluster(**WITH_RIGHTS))
    for role in (OWNER, role_called("User Access Administrator")):
        with pytest.raises(NeedsHumanError, match=r"is not among the roles that may be granted"):
            await here.azure.assign_role(ResourceId(SUBNET_ID), role, "somebody")
    assert not [one for one in here.simulator.journal if one.method == "PUT"]


async def test_a_put_that_another_one_has_undone(connect: Connect) -> None:
    """Accepted, and then the cluster is well on its old identity: no success, and no endless wait, but a new look."""
    here = await connect(one_cluster(**WITH_RIGHTS))
    before = await here.azure.cluster(SWITCH.cluster_id)
    other = replace(before, etag="another")

    async def until(cluster_id: ResourceId, predicate: Callable[[Cluster], bool]) -> Cluster:
        assert cluster_id == before.id
        assert not predicate(before)  # the list has not seen the PUT yet
        assert predicate(other)
        return other

    here.azure.until = until
    with pytest.raises(ClusterChangedError, match="came between"):
        await apply(SWITCH, here.azure, here.clock)


@pytest.mark.parametrize("error", ["PreConditionFailed", "EtagMismatch", "OperationNotAllowed"])
async def test_somebody_was_faster(connect: Connect, error: str) -> None:
    """A lost race is not tried again with what was read: the next round reads anew."""
    here = await connect(one_cluster(**WITH_RIGHTS))
    here.simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "error": error}])
    with pytest.raises(ClusterChangedError):
        await apply(SWITCH, here.azure, here.clock)
    assert len(puts(here)) == 1


@pytest.mark.parametrize(
    "error",
    [
        "LinkedAuthorizationFailed",
        "CustomPrivateDNSZoneMissingPermissionError",
        "CustomKubeletIdentityMissingPermissionError",
    ],
)
async def test_refused_rights_are_not_yet_effective(connect: Connect, error: str) -> None:
    """Within the documented hour the resource provider's refusal means "not yet", and the PUT is tried again."""
    here = await connect(one_cluster(**WITH_RIGHTS), pace=UNHURRIED)
    here.simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "times": 3, "error": error}])
    await apply(SWITCH, here.azure, here.clock)
    assert puts(here)[-1] == 200
    assert len(puts(here)) == 4


@pytest.mark.parametrize("kind", [ReimagePool, UpgradePool, Reconcile])
async def test_whatever_changes_a_cluster_waits_for_rights(
    connect: Connect, kind: type[ReimagePool | UpgradePool | Reconcile]
) -> None:
    """Rolls and resumptions wait for rights as the switch does: a minute between tries, for as long as an hour."""
    state = "Failed" if kind is Reconcile else "Succeeded"
    world = {"kubernetes_version": "1.33.5", "node_pools": [pool("system", kubernetes_version="1.33.2", state=state)]}
    here = await connect(one_cluster(**world), pace=UNHURRIED)
    step = changing(kind, await here.azure.cluster(ResourceId(CLUSTER_ID)))
    refused = {"times": 3, "error": "LinkedAuthorizationFailed"}
    here.simulator.add_faults(
        [{"match": {"method": it, "path": "managedClusters/"}, **refused} for it in ("PUT", "POST")]
    )
    await apply(step, here.azure, here.clock)
    sent = [it.status for it in here.simulator.journal if it.method in {"PUT", "POST"} and "managedClusters" in it.path]
    assert (sent[:3], len(sent)) == ([403, 403, 403], 4)


def changing(kind: type[ReimagePool | UpgradePool | Reconcile], before: Cluster) -> Step:
    """A step of this kind for the pool `system`, as a plan would have it."""
    (one,) = before.pools
    of_pool: dict[str, Any] = {"cluster_id": before.id, "pool": one.name, "nodes": one.count}
    if kind is ReimagePool:
        return ReimagePool(**of_pool, from_image=one.image, to_image="newest")
    if kind is UpgradePool:
        return UpgradePool(**of_pool, from_version=one.kubernetes_version, to_version="1.33.5")
    return Reconcile(cluster_id=before.id, failed=("pool system",), nodes=one.count)


async def test_after_the_hour_a_person_acts(connect: Connect) -> None:
    """Once the ceiling has passed, missing rights are for a person, with Azure's own words."""
    here = await connect(one_cluster(**WITH_RIGHTS))
    rule = {"match": {"method": "PUT", "path": "managedClusters"}, "times": 999, "error": "LinkedAuthorizationFailed"}
    here.simulator.add_faults([rule])
    with pytest.raises(NeedsHumanError, match="refused this for an hour"):
        await apply(SWITCH, here.azure, PacedClock(here.clock.pace * 20))


async def test_a_switch_that_ends_badly_tells_why(connect: Connect) -> None:
    """An operation that fails after it was accepted is told with the error of the operation."""
    here = await connect(one_cluster(**WITH_RIGHTS))
    error = {"code": "QuotaExceeded", "message": "Operation results in exceeding quota limits of Core."}
    here.simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "operation": error}])
    with pytest.raises(NeedsHumanError, match="exceeding quota"):
        await apply(SWITCH, here.azure, here.clock)


@pytest.mark.dry_run
async def test_references_that_nobody_planned(connect: Connect) -> None:
    """A cluster that uses another subnet than the plan granted is not switched."""
    other = SUBNET_ID.replace("nodes", "others")
    here = await connect(
        one_cluster(**WITH_RIGHTS, node_pools=[pool("system", subnet=other)])
        | {"role_assignments": [{"principal": "sp-prod", "role": "Network Contributor", "scope": other}]}
    )
    with pytest.raises(ClusterChangedError, match="another subnet"):
        await apply(SWITCH, here.azure, here.clock)


async def test_nothing_comes_between_the_reading_and_the_put(connect: Connect) -> None:
    """The request right before the PUT is the GET of the cluster: pools may scale, and If-Match does not see it."""
    here = await connect(one_cluster(**WITH_RIGHTS))
    principal = IdentityNamed(id=ResourceId(IDENTITY_ID))
    held = AssignRole(principal=principal, role=NETWORK_CONTRIBUTOR, scope=ResourceId(SUBNET_ID), because="a test")
    await apply(replace(SWITCH, grants=(held,), minimum_age=timedelta(0)), here.azure, here.clock)
    asked = [(one.method, one.path.lower()) for one in here.simulator.journal]
    put = next(number for number, (method, path) in enumerate(asked) if method == "PUT" and "managedclusters" in path)
    assert asked[put - 1] == ("GET", asked[put][1])


@pytest.mark.dry_run
async def test_a_stopped_cluster_is_not_switched(connect: Connect) -> None:
    """What was sound when it was planned is looked at again: a cluster that has been stopped since is left alone."""
    here = await connect(one_cluster(**WITH_RIGHTS, power="Stopped"))
    with pytest.raises(ClusterChangedError, match="Stopped"):
        await apply(SWITCH, here.azure, here.clock)


@pytest.mark.dry_run
async def test_a_grant_that_has_gone_stops_the_switch(connect: Connect) -> None:
    """A grant that somebody removed between the wait and the switch is noticed before the PUT."""
    here = await connect(one_cluster(**WITH_RIGHTS))
    principal = IdentityNamed(id=ResourceId(IDENTITY_ID))
    gone = AssignRole(principal=principal, role=NETWORK_CONTRIBUTOR, scope=ResourceId(REGISTRY_ID), because="a test")
    with pytest.raises(ClusterChangedError, match="no longer exists"):
        await apply(replace(SWITCH, grants=(gone,)), here.azure, here.clock)


async def test_a_switch_refused_after_it_was_accepted(connect: Connect) -> None:
    """An operation that fails for missing rights is for a person, with Azure's words; it is no success on the way."""
    here = await connect(one_cluster(**WITH_RIGHTS))
    error = {"code": "ReconcileVNetFailed", "message": "Details: SubCode: LinkedAuthorizationFailed; subnets/join"}
    here.simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "operation": error}])
    with pytest.raises(NeedsHumanError, match="subnets/join"):
        await apply(SWITCH, here.azure, here.clock)


@pytest.mark.dry_run
async def test_a_pool_that_has_rolled_is_left_alone(connect: Connect) -> None:
    """A step for an image that the pool no longer runs has nothing to do; neither has one for a pool that is gone."""
    here = await connect(one_cluster())
    for name, image in (("system", "AKSUbuntu-2204gen2containerd-202509.01.0"), ("gone", "any")):
        step = ReimagePool(cluster_id=ResourceId(CLUSTER_ID), pool=name, nodes=3, from_image=image, to_image="newest")
        await apply(step, here.azure, here.clock)


async def test_a_drain_that_fails_is_for_a_person(connect: Connect) -> None:
    """A PodDisruptionBudget that blocks the roll is named, with what to do."""
    here = await connect(one_cluster())
    error = {"code": "UpgradeFailed", "message": "Drain node aks-system-0 failed: blocked by pdb shop/checkout"}
    here.simulator.add_faults([{"match": {"path": "system/upgradeNodeImageVersion"}, "operation": error}])
    before = (await here.azure.cluster(ResourceId(CLUSTER_ID))).pool("system")
    assert before
    step = ReimagePool(
        cluster_id=ResourceId(CLUSTER_ID), pool="system", nodes=3, from_image=before.image, to_image="newest"
    )
    with pytest.raises(NeedsHumanError, match=r"pdb shop/checkout.*repair the PodDisruptionBudget"):
        await apply(step, here.azure, here.clock)
