"""Every change of identity that Microsoft's article knows, by the same planner, through the real SDK."""

from typing import Any

import pytest

from fleet_identity.allow_list import allow_list
from fleet_identity.target import Target
from tests.gateway.conftest import Connect
from tests.gateway.test_chain import migrate, the_cluster, writes
from tests.worlds import CLUSTER, GROUP, IDENTITY_ID, REGISTRY_ID, SUBNET_ID, one_cluster, pool

SYSTEM = Target(control_plane="system_assigned")
NAMED = Target(identity_name="id-{cluster}", replace_identity=True)
PLAIN_POOLS = [{"name": "system", "count": 3, "image": "202610.05.0"}]
"""In a network of AKS's own."""
OLD_IDENTITY = {"name": "id-prod", "resource_group": GROUP}


def on_user_assigned(**changes: Any) -> dict[str, Any]:
    """A cluster that was made on a user-assigned identity, with the rights that it needs."""
    world = one_cluster(identity={"user_assigned": "id-prod"}, user_assigned_identities=[OLD_IDENTITY], **changes)
    world["role_assignments"] = [
        {"principal": "id-prod", "role": "Network Contributor", "scope": SUBNET_ID},
        {"principal": f"kubelet:{CLUSTER}", "role": "AcrPull", "scope": REGISTRY_ID},
    ]
    return world


def with_kubelet() -> dict[str, Any]:
    """The same, with a pre-created kubelet identity."""
    world = on_user_assigned()
    world["clusters"][0]["identity"] = {"user_assigned": "id-prod", "kubelet": "id-kubelet"}
    return world


def on_system_assigned() -> dict[str, Any]:
    """A cluster that was made on a system-assigned identity, with the rights that it needs."""
    world = one_cluster(identity={"system_assigned": True})
    world["role_assignments"] = [
        {"principal": f"cluster:{CLUSTER}", "role": "Network Contributor", "scope": SUBNET_ID},
        {"principal": f"kubelet:{CLUSTER}", "role": "AcrPull", "scope": REGISTRY_ID},
    ]
    return world


async def test_to_system_assigned_where_nothing_lies_outside(connect: Connect) -> None:
    """A cluster that uses nothing beyond its node group moves to a system-assigned identity, nodes and all."""
    here = await connect(one_cluster(node_pools=PLAIN_POOLS, pulls_from=[], role_assignments=[]))
    plan = await migrate(here, target=SYSTEM)
    assert the_cluster(here)["arm"]["identity"]["type"] == "SystemAssigned"
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"likely"}
    assert "PUT userAssignedIdentities" not in writes(here)


@pytest.mark.dry_run
async def test_to_system_assigned_is_blocked_where_rights_come_too_late(connect: Connect) -> None:
    """Nothing can be granted before the switch: what the cluster uses outside is named, and it is not begun."""
    here = await connect(one_cluster())
    plan = await migrate(here, target=SYSTEM)
    gap = next(finding for finding in plan.findings if finding.code == "RightsGap")
    assert plan.blocked
    assert "subnet nodes" in gap.evidence
    assert "registry prodacr" in gap.evidence


@pytest.mark.expects_incidents("NetworkUnauthorized")
async def test_to_system_assigned_with_an_accepted_gap(connect: Connect) -> None:
    """Who accepts the gap gets it: the roles follow at once, nodes roll only when theirs is old enough."""
    here = await connect(one_cluster())
    plan = await migrate(here, target=SYSTEM.model_copy(update={"accept_gap": True}))
    roles = {grant["properties"]["scope"] for grant in here.simulator.state()["role_assignments"]}
    assert {SUBNET_ID, REGISTRY_ID} <= roles
    assert writes(here)["PUT roleAssignments"] == 2
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"likely"}


async def test_from_system_assigned_to_user_assigned(connect: Connect) -> None:
    """Rights first, then one PUT; nodes keep their kubelet identity, and none is rolled."""
    here = await connect(on_system_assigned())
    plan = await migrate(here, target=NAMED)
    assert the_cluster(here)["arm"]["identity"]["type"] == "UserAssigned"
    assert not plan.now
    assert writes(here) == {"PUT userAssignedIdentities": 1, "PUT roleAssignments": 1, "PUT managedClusters": 1}
    assert the_cluster(here)["arm"]["tags"]["fleet-identity-left"] == "system-assigned"


async def test_from_one_user_assigned_identity_to_another(connect: Connect) -> None:
    """The new one gets what the cluster's references demand, aged, before the PUT; nodes are not touched."""
    here = await connect(on_user_assigned())
    await migrate(here, target=NAMED)
    (identity,) = the_cluster(here)["arm"]["identity"]["userAssignedIdentities"]
    assert identity.endswith(f"/id-{CLUSTER}")
    assert writes(here) == {"PUT userAssignedIdentities": 1, "PUT roleAssignments": 1, "PUT managedClusters": 1}


async def test_it_never_goes_back(connect: Connect) -> None:
    """A cluster that has left an identity through us is not sent back to it, whoever asks: no flip-flop."""
    here = await connect(on_user_assigned())
    await migrate(here, target=NAMED)
    before = writes(here)
    plan = await migrate(here, target=Target(identity_id=IDENTITY_ID, replace_identity=True))
    assert [finding.code for finding in plan.findings if finding.severity == "blocks"] == ["OtherIdentity"]
    assert writes(here) == before


async def test_a_different_target_after_a_switch_is_a_question(connect: Connect) -> None:
    """A cluster that we have moved, wanted on something else now, waits for a person."""
    here = await connect(one_cluster())
    await migrate(here)
    before = writes(here)
    for target in (Target(identity_name="mi-{cluster}"), SYSTEM):
        plan = await migrate(here, target=target)
        assert [finding.code for finding in plan.findings if finding.severity == "blocks"] == ["OtherIdentity"]
    assert writes(here) == before


@pytest.mark.dry_run
async def test_managed_identities_are_left_alone_unless_asked(connect: Connect) -> None:
    """Without being asked to, no cluster on a managed identity is touched; it does not turn red for that."""
    here = await connect(on_system_assigned())
    plan = await migrate(here)
    assert [(finding.code, finding.severity) for finding in plan.findings] == [("OtherIdentity", "warns")]


async def test_a_kubelet_identity_on_a_managed_cluster(connect: Connect) -> None:
    """Added where AKS had made one: made, granted and aged before the one PUT that rolls every pool; no roll more."""
    here = await connect(on_user_assigned())
    plan = await migrate(here, target=Target(identity_id=IDENTITY_ID, kubelet="pre_created"))
    kubelet = the_cluster(here)["arm"]["properties"]["identityProfile"]["kubeletidentity"]
    assert kubelet["resourceId"].endswith(f"/id-{CLUSTER}-kubelet")
    assert {node["kubelet"] for node in the_cluster(here)["nodes"]} == {kubelet["clientId"]}
    assert writes(here) == {"PUT userAssignedIdentities": 1, "PUT roleAssignments": 2, "PUT managedClusters": 1}
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"unknown"}


async def test_another_kubelet_identity(connect: Connect) -> None:
    """One that a person made is replaced only when asked, by another that exists already."""
    more = [
        OLD_IDENTITY,
        {"name": "id-kubelet", "resource_group": GROUP},
        {"name": "id-other", "resource_group": GROUP},
    ]
    world = with_kubelet() | {"user_assigned_identities": more}
    operator = {"principal": "id-prod", "role": "Managed Identity Operator"}
    world["role_assignments"].append({**operator, "scope": IDENTITY_ID.replace("id-prod", "id-kubelet")})
    here = await connect(world)
    other = IDENTITY_ID.replace("id-prod", "id-other")
    target = Target(identity_id=IDENTITY_ID, kubelet="pre_created", kubelet_identity_id=other)
    plan = await migrate(here, target=target)
    assert "OtherIdentity" in [finding.code for finding in plan.findings if finding.severity == "blocks"]
    assert writes(here) == {}
    await migrate(
        here, target=target.model_copy(update={"replace_identity": True}), allow=allow_list(named_at=(other,))
    )
    assert the_cluster(here)["arm"]["properties"]["identityProfile"]["kubeletidentity"]["resourceId"] == other


async def test_a_new_control_plane_may_assign_the_kubelet_that_is_there(connect: Connect) -> None:
    """A control plane that changes gets Managed Identity Operator on a kubelet identity that AKS has not made."""
    more = [OLD_IDENTITY, {"name": "id-kubelet", "resource_group": GROUP}]
    world = with_kubelet() | {"user_assigned_identities": more}
    kubelet = IDENTITY_ID.replace("id-prod", "id-kubelet")
    world["role_assignments"].append({"principal": "id-prod", "role": "Managed Identity Operator", "scope": kubelet})
    here = await connect(world)
    await migrate(here, target=NAMED)
    granted = [one.path for one in here.simulator.journal if one.method == "PUT" and "roleAssignments" in one.path]
    assert any(path.startswith(kubelet) for path in granted)


async def test_a_pool_that_is_stopped_moves_with_the_others(connect: Connect) -> None:
    """A stopped pool gets the new image as well, and says so in the plan."""
    pools = [pool("system"), pool("user", mode="User", power="Stopped")]
    here = await connect(one_cluster(node_pools=pools))
    plan = await migrate(here)
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"likely"}
