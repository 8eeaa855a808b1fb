"""What must be true in the end, whatever was killed on the way: from the journal, the nodes and the planner."""

import asyncio
from collections import Counter
from collections.abc import Iterator

from fleet_identity.allow_list import allow_list
from fleet_identity.clock import PacedClock
from fleet_identity.gateway.arm.gateway import open_gateway
from fleet_identity.observe import observe_and_plan
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.settings import Settings
from fleet_identity.target import Target
from fleet_identity.verdict import Verdict
from simulator import Exchange, Simulator
from tests.azure_fixture import READS_BY_POST, WRITES
from tests.worlds import FAMILY, NEW_IMAGE

ARRIVED = {"Migrated", "AlreadyMigrated"}
WRITES_OF_A_CLUSTER = 6
"""An identity and its grant on the subnet, the switch, the kubelet's grant on the registry, a roll of each pool."""


def accepted(azure: Simulator) -> list[Exchange]:
    """The writes that Azure has taken, answered or not."""
    return [one for one in _sent(azure) if 200 <= one.status < 300]


def refused(azure: Simulator) -> list[Exchange]:
    """The writes that Azure has refused."""
    return [one for one in _sent(azure) if one.status >= 400]


def check_arrived(azure: Simulator) -> None:
    """Every cluster has arrived, its nodes too, and there is nothing left to do."""
    for cluster in azure.state()["clusters"]:
        kubelets = {node["kubelet"] for node in cluster["nodes"]}
        assert len(kubelets) == 1, f"{cluster['arm']['name']}: {kubelets}"
        assert "service-principal" not in kubelets
        assert {node["image"] for node in cluster["nodes"]} == {f"{FAMILY}-{NEW_IMAGE}"}
    for plan in asyncio.run(_plans(azure)):
        assert (plan.now, plan.waiting, plan.blocked) == ((), (), False)
        assert {pool.verdict for pool in plan.verdicts} <= {Verdict.LIKELY, Verdict.VERIFIED}


def check_nothing_twice(azure: Simulator) -> None:
    """Each write was accepted once, by a path of its own: no repetition, not even one that changes nothing."""
    times = Counter(f"{one.method} {one.path.lower()}" for one in accepted(azure))
    assert {what: count for what, count in times.items() if count > 1} == {}
    assert len(times) == WRITES_OF_A_CLUSTER * len(azure.state()["clusters"])


def check_made_once(azure: Simulator) -> None:
    """What two runs may both ask for was made once; asking again has changed nothing."""
    made = Counter(one.path.lower() for one in accepted(azure) if one.status in {201, 202} or _is_switch(one))
    assert {what: count for what, count in made.items() if count > 1} == {}
    assert len(made) == WRITES_OF_A_CLUSTER * len(azure.state()["clusters"])


def _sent(azure: Simulator) -> Iterator[Exchange]:
    for one in azure.journal:
        if one.method in WRITES and not one.path.lower().endswith(READS_BY_POST):
            yield one


def _is_switch(one: Exchange) -> bool:
    return one.path.lower().rsplit("/", 2)[-2] == "managedclusters"


async def _plans(azure: Simulator) -> list[Plan]:
    settings = Settings()
    ids = [ResourceId(cluster["id"]) for cluster in azure.state()["clusters"]]
    async with open_gateway(settings, PacedClock(settings.pace)) as gateway:
        return [await observe_and_plan(gateway, one, Target(), allow_list()) for one in ids]
