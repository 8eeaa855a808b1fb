"""What a run owes a cluster that has switched already: pull rights whatever happens to its nodes, and nothing else."""

from typing import Any

import pytest

from fleet_identity.apply import apply
from fleet_identity.assessment import assess
from fleet_identity.gateway.arm.inventory import Inventory
from fleet_identity.gateway.protocols import Identities
from fleet_identity.observe import observe_and_plan
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, OWNER
from fleet_identity.scope import Scope
from fleet_identity.settings import Settings
from fleet_identity.steps import ReimagePool
from fleet_identity.target import ExtraRole, Target
from tests.gateway.conftest import Connect, Connected
from tests.gateway.test_chain import migrate, the_cluster, writes
from tests.worlds import CLUSTER, CLUSTER_ID, FAMILY, SP_OBJECT_ID, SUBSCRIPTION, one_cluster, pool

PLAIN = Target()
OWNER_OF_ALL = ExtraRole(role="Owner", scope=f"/subscriptions/{SUBSCRIPTION}")
OWN_KUBELET = Target(kubelet="pre_created")


async def first_round(here: Connected) -> None:
    """Apply the first plan and no more, as a run that is killed right after the switch."""
    for step in (await planned(here)).now:
        await apply(step, here.azure, here.clock)


async def others_fail(here: Connected, *, days: int) -> None:
    """Somebody else's update of the cluster fails, days after our switch."""
    here.simulator.advance(days * 24 * 3600)
    error = {"code": "QuotaExceeded", "message": "Operation results in exceeding quota limits of Core."}
    here.simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "operation": error}])
    await here.azure.put_cluster(await here.azure.cluster(ResourceId(CLUSTER_ID)), Identities())
    here.simulator.advance(3600)


async def clean_up(here: Connected) -> None:
    """Remove the roles of the service principal, as a tidy operator does once its clusters have left it."""
    assignments = here.azure.connection.authorization(SUBSCRIPTION).role_assignments
    async for found in assignments.list_for_subscription(filter=f"principalId eq '{SP_OBJECT_ID}'"):
        await assignments.delete_by_id(found.id or "")


def granted(here: Connected, role: str) -> set[str]:
    """Who was granted a role by us, by object id."""
    puts = [one.request_body for one in here.simulator.journal if one.method == "PUT" and "roleAssign" in one.path]
    given = [body["properties"] for body in puts if body]
    return {one["principalId"] for one in given if one["roleDefinitionId"].endswith(role)}


def kubelet(here: Connected) -> dict[str, Any]:
    return the_cluster(here)["arm"]["properties"]["identityProfile"]["kubeletidentity"]


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_pools_that_the_switch_rolled_to_a_new_image_get_their_pull_role(connect: Connect) -> None:
    """No pool is owed a roll when the run comes back, and the nodes still need the registry."""
    here = await connect(one_cluster(behaviour={"switch_reimages_nodes": True, "switch_reimages_to": "newest"}))
    plan = await migrate(here)
    assert not plan.blocked
    assert granted(here, ACR_PULL.guid) == {kubelet(here)["objectId"]}


@pytest.mark.expects_incidents("UnplannedNodeRoll")  # the second change is asked for, and rolls every pool once more
async def test_a_kubelet_identity_takes_over_what_the_one_before_could_pull(connect: Connect) -> None:
    """The service principal and its roles are gone; what nodes pull by is the present kubelet identity's."""
    here = await connect(one_cluster(behaviour={"switch_reimages_nodes": False}))
    await migrate(here)
    await clean_up(here)
    plan = await migrate(here, target=OWN_KUBELET)
    assert not plan.blocked
    assert kubelet(here)["resourceId"].endswith(f"id-{CLUSTER}-kubelet")
    assert kubelet(here)["objectId"] in granted(here, ACR_PULL.guid)


async def test_owner_is_never_granted_whenever_it_is_asked_for(connect: Connect) -> None:
    """Asked for after the switch it blocks as it does before, and is not among what a blocked plan may do."""
    here = await connect(one_cluster(behaviour={"switch_reimages_nodes": False}))
    await migrate(here)
    plan = await migrate(here, target=Target(extra_roles=(OWNER_OF_ALL,)))
    assert "RoleNotAllowed" in {finding.code for finding in plan.findings if finding.severity == "blocks"}
    assert not granted(here, OWNER.guid)


async def test_a_pool_that_waits_does_not_take_up_what_others_left_failed(connect: Connect) -> None:
    """While our pools wait for an image, somebody else's upgrade fails: a PUT of ours would finish it for them."""
    here = await connect(
        one_cluster(node_pools=[pool("system", image="newest")], behaviour={"switch_reimages_nodes": False})
    )
    assert (await migrate(here)).waiting
    await others_fail(here, days=3)
    before = writes(here)
    plan = await migrate(here)
    assert "ClusterFailed" in {finding.code for finding in plan.findings if finding.severity == "blocks"}
    assert writes(here) == before


async def test_a_cluster_that_fails_later_is_not_called_well(connect: Connect) -> None:
    """All is moved, and the cluster has failed since: no run ends green on it."""
    here = await connect(one_cluster(behaviour={"switch_reimages_nodes": False}))
    await migrate(here)
    await others_fail(here, days=60)
    assert (await planned(here)).blocked


async def test_a_change_leaves_one_record(connect: Connect) -> None:
    """Tags of an older record, such as the image of a pool that is gone, do not stay to spoil the new one."""
    old = {"fleet-identity-images-9": f"gone={FAMILY}-202610.05.0", "team": "shop"}
    here = await connect(one_cluster(tags=old))
    plan = await migrate(here)
    tags = the_cluster(here)["arm"]["tags"]
    assert not plan.blocked
    assert (tags["team"], "fleet-identity-images-9" in tags) == ("shop", False)


async def test_grants_that_rolls_rely_on_are_waited_for_first(connect: Connect) -> None:
    """The plan after the switch waits for what nodes pull by before it rolls any; each roll looks once more."""
    here = await connect(one_cluster(behaviour={"switch_reimages_nodes": False}))
    await first_round(here)
    plan = await planned(here)
    kinds = [type(step).__name__ for step in plan.now]
    assert kinds.index("AwaitPropagation") < kinds.index("ReimagePool")
    assert all(step.grants and step.minimum_age for step in plan.of(ReimagePool))


async def test_pull_rights_are_given_when_aks_has_rolled_the_pool_itself(connect: Connect) -> None:
    """A newer image that AKS rolls by itself after the switch leaves no pool owed, and pull rights are still given."""
    here = await connect(one_cluster(node_pools=[pool("system", image="newest")]))
    await first_round(here)
    here.simulator.publish_image(FAMILY, "202611.09.0")
    await migrate(here)
    assert granted(here, ACR_PULL.guid) == {kubelet(here)["objectId"]}


async def test_an_assessment_says_the_same_of_the_last_cluster_that_left(connect: Connect) -> None:
    """Nobody runs on the service principal any more; what its nodes could pull is found by the record in the tags."""
    here = await connect(one_cluster(node_pools=[pool("system", image="newest")]))
    alone = await migrate(here)
    inventory = Inventory(here.azure.connection, here.clock, Settings())
    (one,) = await assess(inventory, Scope(), Target(), Settings().allow_list)
    assert alone.waiting
    assert (one.plan.now, one.plan.waiting, one.plan.findings) == (alone.now, alone.waiting, alone.findings)


async def planned(here: Connected, target: Target = PLAIN) -> Plan:
    return await observe_and_plan(here.azure, ResourceId(CLUSTER_ID), target)
