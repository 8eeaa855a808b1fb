"""The choice of the kubelet's identity, under both opinions of what the switch does to nodes, and of the same PUT."""

from typing import Any

import pytest

from fleet_identity.errors import FleetIdentityError, NeedsHumanError
from fleet_identity.observe import observe_and_plan
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL
from fleet_identity.target import Target
from tests.gateway.conftest import Connect, Connected
from tests.gateway.test_chain import migrate, the_cluster, writes
from tests.worlds import CLUSTER, CLUSTER_ID, one_cluster

STAYS = {"switch_reimages_nodes": False}
TO_PRESENT = {"switch_reimages_nodes": True, "switch_reimages_to": "present"}
TO_NEWEST = {"switch_reimages_nodes": True, "switch_reimages_to": "newest"}
WORLDS = [STAYS, TO_PRESENT, TO_NEWEST]
SAME_PUT = Target(kubelet="pre_created_same_put")


def kubelets(here: Connected) -> set[str]:
    return {node["kubelet"] for node in the_cluster(here)["nodes"]}


def shown(here: Connected) -> dict[str, Any]:
    return the_cluster(here)["arm"]["properties"]["identityProfile"]["kubeletidentity"]


@pytest.mark.parametrize("behaviour", WORLDS)
async def test_in_the_same_put_no_world_does_harm(connect: Connect, behaviour: dict[str, Any]) -> None:
    """Pull role and operator role are aged before the one PUT: nodes can pull whatever it re-images, and roll once."""
    here = await connect(one_cluster(behaviour=behaviour))
    plan = await migrate(here, target=SAME_PUT)
    assert "PullGap" not in {finding.code for finding in plan.findings}
    assert kubelets(here) == {shown(here)["clientId"]}
    assert writes(here)["PUT managedClusters"] == 1
    assert not any(kind.startswith("POST") for kind in writes(here))


async def test_the_same_put_tells_how_many_nodes_roll(connect: Connect) -> None:
    """The plan says before it that this PUT re-images every node, and checks what a roll needs."""
    here = await connect(one_cluster())
    (first,) = [line for line in (await planned(here, SAME_PUT)).describe() if "switch the control plane" in line.what]
    assert f"and the kubelets to id-{CLUSTER}-kubelet, in one PUT that re-images all 5 nodes" in first.what


async def test_a_refused_same_put_is_for_a_person(connect: Connect) -> None:
    """Where Azure refuses it, nothing else is tried instead: no silent way that rolls nodes differently."""
    here = await connect(one_cluster(behaviour={"same_put_kubelet": "refused"}))
    with pytest.raises(FleetIdentityError) as refused:
        await migrate(here, target=SAME_PUT)
    assert isinstance(refused.value, NeedsHumanError)
    assert the_cluster(here)["arm"]["properties"]["servicePrincipalProfile"]["clientId"] != "msi"
    assert writes(here)["PUT managedClusters"] == 1


@pytest.mark.parametrize("behaviour", WORLDS)
async def test_in_two_puts_pools_without_a_registry(connect: Connect, behaviour: dict[str, Any]) -> None:
    """The second PUT rolls every pool by itself: no image is upgraded, whichever image it leads to."""
    here = await connect(
        one_cluster(behaviour=STAYS | {"switch_reimages_to": behaviour.get("switch_reimages_to", "present")})
    )
    plan = await migrate(here, target=Target(kubelet="pre_created"))
    assert kubelets(here) == {shown(here)["clientId"]}
    assert writes(here)["PUT managedClusters"] == 2
    assert not any(kind.startswith("POST") for kind in writes(here))
    assert {verdict.verdict.value for verdict in plan.verdicts} <= {"unknown", "likely"}


@pytest.mark.parametrize("behaviour", [TO_PRESENT, TO_NEWEST])
@pytest.mark.dry_run
async def test_a_known_gap_blocks(connect: Connect, behaviour: dict[str, Any]) -> None:
    """Where a canary has shown that the switch re-images nodes, a cluster that pulls waits for a person's word."""
    here = await connect(one_cluster(behaviour=behaviour))
    for kubelet in ("aks_managed", "pre_created"):
        plan = await migrate(here, target=Target(switch_reimages="yes", kubelet=kubelet))
        assert [finding.code for finding in plan.findings if finding.severity == "blocks"] == ["PullGap"]


@pytest.mark.parametrize("behaviour", [TO_PRESENT, TO_NEWEST])
async def test_known_to_reimage_and_nothing_to_pull(connect: Connect, behaviour: dict[str, Any]) -> None:
    """A cluster without a registry is moved in such a world without rolling any pool twice."""
    here = await connect(one_cluster(behaviour=behaviour, pulls_from=[]) | no_pull_role())
    plan = await migrate(here, target=Target(switch_reimages="yes"))
    assert not any(kind.startswith("POST") for kind in writes(here))
    assert kubelets(here) == {shown(here)["clientId"]}
    assert {verdict.verdict.value for verdict in plan.verdicts} == (
        {"likely"} if behaviour is TO_NEWEST else {"unknown"}
    )


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_an_accepted_gap_is_a_gap(connect: Connect) -> None:
    """Accepted, it is taken: nodes that the switch re-images can't pull until the grant counts, as the plan said."""
    here = await connect(one_cluster(behaviour=TO_NEWEST))
    plan = await planned(here, Target(switch_reimages="yes", accept_gap=True))
    gap = next(finding for finding in plan.findings if finding.code == "PullGap")
    assert "the switch re-images every node" in gap.evidence
    await migrate(here, target=Target(switch_reimages="yes", accept_gap=True))
    assert may_pull(here)


@pytest.mark.parametrize("behaviour", WORLDS)
async def test_a_look_inside_tells_the_worlds_apart(connect: Connect, behaviour: dict[str, Any]) -> None:
    """With node labels read, pools that the switch has rolled are not rolled again, and the others are."""
    here = await connect(one_cluster(behaviour=behaviour, pulls_from=[]) | no_pull_role())
    plan = await migrate(here, target=Target(in_cluster_checks=True))
    assert kubelets(here) == {shown(here)["clientId"]}
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"verified"}


async def test_a_kubelet_identity_without_an_operator_is_granted_one(connect: Connect) -> None:
    """Managed Identity Operator on the kubelet identity, for the control plane, is part of the plan."""
    here = await connect(one_cluster())
    plan = await planned(here, SAME_PUT)
    assert any("Managed Identity Operator" in line.what for line in plan.describe() if line.when == "now")


async def test_a_quota_is_looked_at_before_a_put_that_rolls(connect: Connect) -> None:
    """All that a roll needs is checked before the PUT that brings it: surge cores, for one."""
    here = await connect(one_cluster() | {"limits": {"cores": 20}})
    plan = await migrate(here, target=SAME_PUT)
    assert {finding.code for finding in plan.findings if finding.severity == "blocks"} == {"SurgeQuota"}
    assert "PUT managedClusters" not in writes(here)


@pytest.mark.parametrize("policy", ["Block"])
async def test_a_node_disruption_policy_that_arm_hides(connect: Connect, policy: str) -> None:
    """ARM shows the policy in preview versions only; hidden, the refusal of the PUT is a person's, in plain words."""
    here = await connect(one_cluster(node_disruption_policy=policy))
    with pytest.raises(NeedsHumanError, match="node disruption policy forbids it"):
        await migrate(here, target=SAME_PUT)


def may_pull(here: Connected) -> bool:
    """Whether the kubelet identity that the cluster shows holds the pull role on the registry."""
    puts = (one for one in here.simulator.journal if one.method == "PUT" and "roleAssignments" in one.path)
    given = [body["properties"] for body in (one.request_body for one in puts) if body]
    pulls = [one for one in given if one["roleDefinitionId"].endswith(ACR_PULL.guid)]
    return shown(here)["objectId"] in {one["principalId"] for one in pulls}


def no_pull_role() -> dict[str, Any]:
    return {"role_assignments": one_cluster()["role_assignments"][:1]}


async def planned(here: Connected, target: Target) -> Plan:
    return await observe_and_plan(here.azure, ResourceId(CLUSTER_ID), target)
