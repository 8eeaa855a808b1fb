"""New clusters on managed identities: identities, roles, propagation, the cluster, verification."""

from typing import Any

import pytest

from fleet_identity.apply import apply
from fleet_identity.errors import NeedsHumanError
from fleet_identity.new_cluster import NewCluster, NewPool
from fleet_identity.observe.creation import observe_and_plan_creation
from fleet_identity.plan import Plan
from fleet_identity.planner import BY_DEFAULT
from fleet_identity.steps import AssignRole, AwaitPropagation, CreateCluster, CreateIdentity, VerifyPull
from fleet_identity.target import ExtraRole, Target
from tests.gateway.conftest import Connect, Connected
from tests.gateway.test_chain import writes
from tests.worlds import CLUSTER, CLUSTER_ID, GROUP, REGISTRY_ID, ROUTE_TABLE_ID, SUBNET_ID, one_cluster

NEW = NewCluster(
    id=CLUSTER_ID.replace(CLUSTER, "new-weu-01"), location="westeurope", pools=(NewPool(subnet=SUBNET_ID),)
)
PULLS = (REGISTRY_ID,)


async def create(here: Connected, target: Target, new: NewCluster = NEW) -> Plan:
    """Observe, plan and apply until there is nothing left to do."""
    for _ in range(6):
        plan = await observe_and_plan_creation(here.azure, new, target, BY_DEFAULT)
        if not plan.now:
            return plan
        for step in plan.now:
            await apply(step, here.azure, here.clock)
    raise AssertionError("the making does not come to an end")


def made(here: Connected) -> dict[str, Any]:
    return next(one for one in here.simulator.state()["clusters"] if one["arm"]["name"] == "new-weu-01")


async def test_on_a_user_assigned_identity(connect: Connect) -> None:
    """The identity has its role on the subnet, in effect, before the cluster is made; the kubelet's follows."""
    here = await connect(one_cluster())
    plan = await create(here, Target(registries=PULLS))
    (identity,) = made(here)["arm"]["identity"]["userAssignedIdentities"]
    assert identity.endswith("/id-new-weu-01")
    assert writes(here) == {"PUT userAssignedIdentities": 1, "PUT roleAssignments": 2, "PUT managedClusters": 1}
    assert [verdict.verdict.value for verdict in plan.verdicts] == ["likely"]


async def test_on_a_pre_created_kubelet_identity(connect: Connect) -> None:
    """Both identities, the operator role and the pull role are there first: the cluster pulls from its first node."""
    here = await connect(one_cluster())
    await create(here, Target(registries=PULLS, kubelet="pre_created"))
    kubelet = made(here)["arm"]["properties"]["identityProfile"]["kubeletidentity"]
    assert kubelet["resourceId"].endswith("/id-new-weu-01-kubelet")
    assert {node["kubelet"] for node in made(here)["nodes"]} == {kubelet["clientId"]}
    put = next(
        n for n, one in enumerate(here.simulator.journal) if one.method == "PUT" and "managedClusters" in one.path
    )
    grants = [
        n for n, one in enumerate(here.simulator.journal) if one.method == "PUT" and "roleAssignments" in one.path
    ]
    assert len(grants) == 3
    assert max(grants) < put


async def test_on_a_system_assigned_identity(connect: Connect) -> None:
    """Nothing lies outside: nothing is to be granted."""
    here = await connect(one_cluster())
    plain = NEW.model_copy(update={"pools": (NewPool(),)})
    await create(here, Target(control_plane="system_assigned"), plain)
    assert made(here)["arm"]["identity"]["type"] == "SystemAssigned"
    assert writes(here) == {"PUT managedClusters": 1}


@pytest.mark.expects_incidents("NetworkUnauthorized")
async def test_a_system_assigned_identity_on_a_subnet_of_yours(connect: Connect) -> None:
    """Its role can only follow, at once; the plan warned of the gap."""
    here = await connect(one_cluster())
    target = Target(control_plane="system_assigned")
    first = await observe_and_plan_creation(here.azure, NEW, target, BY_DEFAULT)
    assert [(finding.code, finding.severity) for finding in first.findings] == [("RightsGap", "warns")]
    await create(here, target)
    assert writes(here) == {"PUT managedClusters": 1, "PUT roleAssignments": 1}


async def test_the_order_of_the_article(connect: Connect) -> None:
    """Identities, roles, propagation, the cluster; then what needs identities that AKS makes."""
    here = await connect(one_cluster())
    extra = ExtraRole(role="Key Vault Secrets User", scope=f"{REGISTRY_ID}-vault")
    target = Target(registries=PULLS, extra_roles=(extra,))
    plan = await observe_and_plan_creation(here.azure, NEW, target, BY_DEFAULT)
    assert [type(step) for step in plan.now] == [
        CreateIdentity,
        AssignRole,
        AssignRole,
        AwaitPropagation,
        CreateCluster,
    ]
    assert [type(step) for step in plan.later] == [AssignRole, AwaitPropagation, VerifyPull]


async def test_what_hangs_on_the_subnet_is_granted(connect: Connect) -> None:
    """The route table of the subnet, through which nodes leave, is part of what the identity may use."""
    here = await connect(one_cluster(network={"route_table": ROUTE_TABLE_ID}))
    await create(here, Target(), NEW.model_copy(update={"outbound": "userDefinedRouting"}))
    assert any(one.path.startswith(ROUTE_TABLE_ID) for one in here.simulator.journal if one.method == "PUT")


async def test_a_second_run_writes_nothing(connect: Connect) -> None:
    """A cluster that was made is recognised; nothing is done twice."""
    here = await connect(one_cluster())
    await create(here, Target(registries=PULLS))
    before = writes(here)
    await create(here, Target(registries=PULLS))
    assert writes(here) == before


@pytest.mark.dry_run
async def test_a_name_that_is_taken(connect: Connect) -> None:
    """A cluster of that name on other identities is somebody's: it blocks, and is not touched."""
    here = await connect(one_cluster())
    taken = NEW.model_copy(update={"id": CLUSTER_ID})
    plan = await create(here, Target(), taken)
    assert [finding.code for finding in plan.findings if finding.severity == "blocks"] == ["OtherIdentity"]


async def test_a_cluster_that_could_not_be_made(connect: Connect) -> None:
    """The operation's own error is told; the next run finds the cluster as it is, and says so."""
    here = await connect(one_cluster())
    error = {"code": "QuotaExceeded", "message": "Operation results in exceeding quota limits of Core."}
    here.simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "operation": error}])
    with pytest.raises(NeedsHumanError, match="exceeding quota"):
        await create(here, Target())
    plan = await create(here, Target())
    assert [finding.code for finding in plan.findings if finding.severity == "blocks"] == ["ClusterFailed"]


async def test_a_registry_that_is_not_there(connect: Connect) -> None:
    """What the nodes are to pull from must exist."""
    here = await connect(one_cluster(resource_group=GROUP))
    plan = await create(here, Target(registries=(f"{REGISTRY_ID}gone",)))
    assert [finding.code for finding in plan.findings if finding.severity == "blocks"] == ["RegistryNotFound"]
