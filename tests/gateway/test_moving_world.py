"""The chain of steps in a world that does not stand still."""

from __future__ import annotations

from typing import Any

import pytest

from fleet_identity.plan import Plan
from fleet_identity.target import Target
from tests.gateway.conftest import Connect, Connected
from tests.gateway.test_chain import migrate
from tests.worlds import CLUSTER, FAMILY, one_cluster, pool


def moving(events: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """One cluster, and what others do to it meanwhile."""
    return one_cluster(**changes) | {"events": [{"cluster": CLUSTER, **event} for event in events or []]}


def at(minutes: int, do: str, **what: Any) -> dict[str, Any]:
    return {"at": f"{minutes}m", "do": do, **what}


def happened(here: Connected) -> list[str]:
    return [one["what"] for one in here.simulator.state()["moved_by_itself"]]


def verdicts(plan: Plan) -> set[str]:
    return {verdict.verdict.value for verdict in plan.verdicts}


async def test_somebody_scales_all_the_time(connect: Connect) -> None:
    """Until the switch a pool is scaled every few minutes: no count is put back, for the PUT is of a fresh reading."""
    scales = [at(minute, "scale", pool="user", count=2 + minute % 3) for minute in range(1, 60, 7)]
    here = await connect(moving(scales))
    assert verdicts(await migrate(here)) == {"likely"}
    assert len(happened(here)) == len(scales)


async def test_the_autoscaler_moves_while_grants_age(connect: Connect) -> None:
    """Steps before the switch harm nobody, and the count of the last one stays."""
    steps = [{"at": f"{minute}m", "count": count} for minute, count in ((10, 4), (30, 2), (50, 5))]
    pools = [pool("system"), pool("user", mode="User", count=2, autoscaler={"min": 1, "max": 6, "schedule": steps})]
    here = await connect(moving(node_pools=pools))
    assert verdicts(await migrate(here)) == {"likely"}
    assert [node["pool"] for node in here.simulator.state()["clusters"][0]["nodes"]].count("user") == 5


async def test_somebody_changes_the_cluster_meanwhile(connect: Connect) -> None:
    """Tags and updates of others are waited for and kept."""
    here = await connect(moving([at(5, "tag", tags={"team": "b"}), at(40, "update")]))
    assert verdicts(await migrate(here)) == {"likely"}
    assert here.simulator.state()["clusters"][0]["arm"]["tags"]["team"] == "b"


@pytest.mark.parametrize(
    ("behaviour", "incidents"),
    [
        ({"switch_reimages_nodes": False}, set[str]()),
        ({"switch_reimages_nodes": True, "switch_reimages_to": "newest"}, set[str]()),
        # ARM shows nothing of a re-image to the same image, so each pool is rolled a second time
        ({"switch_reimages_nodes": True, "switch_reimages_to": "present"}, {"UnplannedNodeRoll"}),
    ],
)
async def test_both_opinions_of_the_switch(
    connect: Connect, request: pytest.FixtureRequest, behaviour: dict[str, Any], incidents: set[str]
) -> None:
    """A cluster without a registry is moved whether or not the switch re-images nodes; the harm is as told here."""
    request.node.add_marker(pytest.mark.expects_incidents(*incidents))
    here = await connect(moving(behaviour=behaviour, pulls_from=[]))
    await migrate(here)
    assert {incident.kind for incident in here.simulator.incidents} == incidents


async def test_a_recalled_image_is_waited_for(connect: Connect) -> None:
    """Where the newest image is taken back, pools that run the one before wait for the next; none is led back."""
    here = await connect(moving() | {"events": [{"at": "1s", "do": "recall", "family": FAMILY}]})
    plan = await migrate(here)
    assert [waiting.pool for waiting in plan.waiting] == ["system", "user"]


SEEN = Target(switch_reimages="no")
"""What a canary has shown: the switch itself leaves nodes as they are."""
LATER = 10 * 24 * 60
"""Minutes after which everything that the product does by itself is over."""
ON_NEWEST = [pool("system", image="newest")]
NEXT = {"family": FAMILY, "at": f"{LATER}m", "version": "202611.16.0"}


async def test_aks_itself_ends_the_wait(connect: Connect) -> None:
    """A cluster that waits for an image and follows NodeImage switches its nodes by itself, and without harm."""
    world = moving(node_pools=ON_NEWEST, auto_upgrade={"node_os": "NodeImage"}) | {"images_published": [NEXT]}
    here = await connect(world)
    assert verdicts(await migrate(here, target=SEEN)) == {"not switched"}
    here.simulator.advance((LATER + 24 * 60) * 60)
    assert verdicts(await migrate(here)) == {"likely"}
    kubelets = {node["kubelet"] for node in here.simulator.state()["clusters"][0]["nodes"]}
    assert "service-principal" not in kubelets
    assert not any(one.path.endswith("/upgradeNodeImageVersion") for one in here.simulator.journal)


async def test_terraform_takes_the_record_away(connect: Connect) -> None:
    """Without its tags a cluster that waits is unknown: nothing is claimed of its nodes, and nothing is rolled."""
    world = moving([at(LATER, "terraform", tags={"owner": "a"})], node_pools=ON_NEWEST)
    here = await connect(world)
    assert verdicts(await migrate(here, target=SEEN)) == {"not switched"}
    here.simulator.advance((LATER + 60) * 60)
    assert verdicts(await migrate(here, target=SEEN)) == {"unknown"}
