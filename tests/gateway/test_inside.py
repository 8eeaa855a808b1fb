"""Looking inside a cluster: verdicts by node labels, budgets before a drain, and what it takes."""

import pytest

from fleet_identity.errors import NeedsHumanError
from fleet_identity.inside import Budget
from fleet_identity.observe import observe_and_plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from tests.gateway.conftest import Connect
from tests.gateway.test_chain import migrate, writes
from tests.worlds import CLUSTER, CLUSTER_ID, one_cluster, pool

LOOKING = Target(in_cluster_checks=True)
BUDGET = {"namespace": "shop", "name": "checkout", "blocks": ["user"]}


async def test_labels_verify(connect: Connect) -> None:
    """Only what nodes say of themselves is called verified."""
    here = await connect(one_cluster())
    plan = await migrate(here, target=LOOKING)
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"verified"}
    assert all("labelled with the kubelet identity" in verdict.evidence for verdict in plan.verdicts)


async def test_labels_deny(connect: Connect) -> None:
    """A pool that waits for an image is known not to have switched, where ARM alone could not tell."""
    here = await connect(one_cluster(node_pools=[pool("system", image="newest")]))
    plan = await migrate(here, target=LOOKING)
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"not switched"}


async def test_without_a_look_nothing_is_verified(connect: Connect) -> None:
    """ARM's evidence is never called verified."""
    plan = await migrate(await connect(one_cluster()))
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"likely"}


async def test_a_budget_is_found_before_the_drain(connect: Connect) -> None:
    """A budget that forbids every eviction blocks the plan before anything is done; gone, the cluster is moved."""
    here = await connect(one_cluster(pod_disruption_budgets=[BUDGET]))
    plan = await migrate(here, target=LOOKING)
    (found,) = [finding for finding in plan.findings if finding.code == "DrainBlocked"]
    assert "shop/checkout" in found.evidence
    assert set(writes(here)) == {f"POST {CLUSTER}"}
    here.simulator.remove_budget(CLUSTER, "checkout")
    assert not (await migrate(here, target=LOOKING)).blocked


async def test_budgets_that_allow_something_forbid_nothing(connect: Connect) -> None:
    """Only budgets that let no pod go are told."""
    here = await connect(one_cluster(pod_disruption_budgets=[BUDGET, {**BUDGET, "name": "cart", "allows": 1}]))
    inside = await here.azure.look_inside(ResourceId(CLUSTER_ID))
    assert inside.budgets == (Budget(namespace="shop", name="checkout"),)
    assert len(inside.nodes) == 5


async def test_a_large_cluster_is_read_whole(connect: Connect) -> None:
    """Four hundred nodes fit into what ARM lets a command print."""
    here = await connect(one_cluster(node_pools=[pool("system", count=400)]))
    assert len((await here.azure.look_inside(ResourceId(CLUSTER_ID))).nodes) == 400


async def test_a_disabled_command_is_for_a_person(connect: Connect) -> None:
    """A cluster on which commands are disabled says so, in one sentence."""
    here = await connect(one_cluster(run_command_disabled=True))
    with pytest.raises(NeedsHumanError, match="run a command in cluster"):
        await here.azure.look_inside(ResourceId(CLUSTER_ID))


@pytest.mark.dry_run
async def test_a_plan_alone_does_not_look(connect: Connect) -> None:
    """A look is a write: planning goes without, and says so."""
    here = await connect(one_cluster())
    plan = await observe_and_plan(here.azure, ResourceId(CLUSTER_ID), LOOKING)
    assert "NotLookedInside" in {finding.code for finding in plan.findings}
