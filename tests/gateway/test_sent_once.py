"""Writes that rest on a reading are sent once; whoever tries again reads again."""

from typing import Any, cast

import pytest
from azure.mgmt.containerservice.models import AgentPool

from fleet_identity.apply import apply
from fleet_identity.errors import NeedsHumanError, TransientError
from fleet_identity.gateway.arm import agent_pools
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.steps import ReimagePool
from simulator import Simulator
from tests.gateway.conftest import Connect
from tests.gateway.test_switch import SWITCH, WITH_RIGHTS, puts
from tests.worlds import FAMILY, NEW_IMAGE, OLD_IMAGE, one_cluster, pool

THROTTLED = {"status": 429, "code": "Throttled", "headers": {"Retry-After": "60"}}
BROKEN = {"status": 503, "code": "ServiceUnavailable"}
OLD, NEW = f"{FAMILY}-{OLD_IMAGE}", f"{FAMILY}-{NEW_IMAGE}"
DAY = 24 * 3600


def counts(simulator: Simulator) -> dict[str, int]:
    pools = simulator.state()["clusters"][0]["arm"]["properties"]["agentPoolProfiles"]
    return {one["name"]: one["count"] for one in pools}


@pytest.mark.parametrize("answer", [THROTTLED, BROKEN], ids=["429", "503"])
async def test_a_switch_that_was_refused_reads_the_pools_again(connect: Connect, answer: dict[str, Any]) -> None:
    """The autoscaler moves a pool after the refusal, and the cluster's eTag stays: the next PUT has the new count."""
    steps = [{"at": f"{5 * 24 * 60}m", "count": 12}]
    pools = [pool("system"), pool("user", mode="User", count=5, autoscaler={"min": 1, "max": 12, "schedule": steps})]
    here = await connect(one_cluster(**WITH_RIGHTS, node_pools=pools))
    here.simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "answer": answer}])
    with pytest.raises(TransientError) as refused:
        await apply(SWITCH, here.azure, here.clock)
    assert puts(here) == [answer["status"]]
    assert refused.value.retry_after == (60 if answer is THROTTLED else None)
    here.simulator.advance(6 * DAY)
    await apply(SWITCH, here.azure, here.clock)
    assert counts(here.simulator)["user"] == 12


@pytest.mark.parametrize("answer", [THROTTLED, BROKEN], ids=["429", "503"])
async def test_a_roll_that_was_refused_is_not_sent_again(connect: Connect, answer: dict[str, Any]) -> None:
    """Its window may have closed meanwhile."""
    here = await connect(one_cluster())
    here.simulator.add_faults([{"match": {"path": "upgradeNodeImageVersion"}, "answer": answer}])
    step = ReimagePool(cluster_id=SWITCH.cluster_id, pool="system", nodes=3, from_image=OLD, to_image=NEW)
    with pytest.raises(TransientError):
        await apply(step, here.azure, here.clock)
    sent = [one for one in here.simulator.journal if one.path.endswith("upgradeNodeImageVersion")]
    assert len(sent) == 1


class PoolsWithoutETag:
    """Azure's node pools as the SDK shows them, of an Azure that tells no eTags."""

    async def get(self, *_of: str) -> AgentPool:
        return AgentPool({"name": "system", "properties": {"orchestratorVersion": "1.33.2"}})


class Untagged:
    """What the gateway asks for pools."""

    agent_pools = PoolsWithoutETag()

    def aks(self, _subscription: str) -> "Untagged":
        return self


async def test_a_pool_without_an_etag_is_not_changed() -> None:
    """The SDK would send no If-Match for it, and take back what somebody has changed meanwhile."""
    with pytest.raises(NeedsHumanError, match="no eTag of pool system"):
        await agent_pools.upgrade(cast(Connection, Untagged()), SWITCH.cluster_id, "system", "1.33.4")
