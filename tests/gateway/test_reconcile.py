"""A cluster that is Failed: taken up where our own operation left it so, a person's where somebody else's did."""

from typing import Any

import pytest

from fleet_identity.errors import NeedsHumanError
from fleet_identity.target import Target
from tests.gateway.conftest import Connect, Connected
from tests.gateway.test_chain import migrate, the_cluster, writes
from tests.worlds import CLUSTER, one_cluster, pool

BUDGET = {"namespace": "shop", "name": "checkout", "blocks": ["user"]}
SAME_PUT = Target(kubelet="pre_created_same_put")


def well(here: Connected) -> bool:
    properties = the_cluster(here)["arm"]["properties"]
    states = {properties["provisioningState"], *(pool["provisioningState"] for pool in properties["agentPoolProfiles"])}
    return states == {"Succeeded"}


async def test_a_drain_that_failed_is_resumed(connect: Connect) -> None:
    """The roll of a pool fails on a budget; once it is gone, the same call brings the cluster to its end."""
    here = await connect(one_cluster(pod_disruption_budgets=[BUDGET]))
    with pytest.raises(NeedsHumanError, match="checkout"):
        await migrate(here)
    assert not well(here)
    here.simulator.remove_budget(CLUSTER, "checkout")
    plan = await migrate(here)
    assert well(here)
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"likely"}


async def test_while_the_cause_is_there_it_stays_a_persons(connect: Connect) -> None:
    """Taken up too early it fails again, with Azure's words; nothing is done twice to the pool that has rolled."""
    here = await connect(one_cluster(pod_disruption_budgets=[BUDGET]))
    for _ in range(2):
        with pytest.raises(NeedsHumanError, match="checkout"):
            await migrate(here)
    assert writes(here)["POST system"] == 1


async def test_a_kubelet_put_that_failed_is_resumed(connect: Connect) -> None:
    """The PUT that rolls every pool fails half-way: resumed, no pool that has rolled is rolled again."""
    here = await connect(one_cluster(pod_disruption_budgets=[BUDGET]))
    with pytest.raises(NeedsHumanError, match="checkout"):
        await migrate(here, target=SAME_PUT)
    here.simulator.remove_budget(CLUSTER, "checkout")
    await migrate(here, target=SAME_PUT)
    kubelet = the_cluster(here)["arm"]["properties"]["identityProfile"]["kubeletidentity"]["clientId"]
    assert well(here)
    assert {node["kubelet"] for node in the_cluster(here)["nodes"]} == {kubelet}


async def test_a_switch_that_failed_is_resumed(connect: Connect) -> None:
    """A switch that was accepted and failed leaves no kubelet identity: the next run repairs it and goes on."""
    here = await connect(one_cluster())
    error = {"code": "QuotaExceeded", "message": "Operation results in exceeding quota limits of Core."}
    here.simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "operation": error}])
    with pytest.raises(NeedsHumanError, match="exceeding quota"):
        await migrate(here)
    plan = await migrate(here)
    assert well(here)
    assert {verdict.verdict.value for verdict in plan.verdicts} == {"likely"}


@pytest.mark.dry_run
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "Failed"}, "ClusterFailed"),
        ({"node_pools": [pool("system", state="Failed")]}, "PoolFailed"),
    ],
)
async def test_what_failed_before_us_is_not_ours(connect: Connect, changes: dict[str, Any], code: str) -> None:
    """Any change would resume somebody else's operation: blocked, with the reason."""
    here = await connect(one_cluster(**changes))
    plan = await migrate(here)
    (found,) = [finding for finding in plan.findings if finding.severity == "blocks"]
    assert found.code == code
    assert "was not ours" in found.evidence
