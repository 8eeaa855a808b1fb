"""Pools that wait for an image: until when, what they live on meanwhile, and the documented way round."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fleet_identity.node_image import expected_next
from fleet_identity.plan import Plan
from fleet_identity.target import Target
from tests.gateway.conftest import Connect
from tests.gateway.test_chain import migrate, the_cluster, writes
from tests.worlds import SP, SP_CLIENT_ID, SP_OBJECT_ID, one_cluster, pool

SOON = "2026-11-04T00:00:00Z"
"""Two days after the world begins: before the next image, which is expected on the 9th."""
UPGRADING = Target(upgrade_when_expiring=True)


def waiting(ends: str = SOON, **changes: Any) -> dict[str, Any]:
    """A cluster whose one pool runs the newest image, on a secret that ends."""
    pools = [pool("system", image="newest", kubernetes_version="1.33.2")]
    world = one_cluster(node_pools=pools, kubernetes_version="1.33.4", **changes)
    principal = {"name": SP, "client_id": SP_CLIENT_ID, "object_id": SP_OBJECT_ID, "secret_expires_at": ends}
    return world | {"service_principals": [principal]}


def told(plan: Plan, code: str) -> list[str]:
    return [finding.describe() for finding in plan.findings if finding.code == code]


@pytest.mark.parametrize(
    ("image", "os", "now", "expected"),
    [
        ("AKSUbuntu-2204gen2containerd-202611.02.0", "Linux", "2026-11-03", "2026-11-09"),
        ("AKSWindows-2022-containerd-20348.2700.261001", "Windows", "2026-10-05", "2026-11-01"),
        ("AKSUbuntu-2204gen2containerd-202601.05.0", "Linux", "2026-11-03", "2026-11-03"),
        ("AKSUbuntu-strange", "Linux", "2026-11-03", "2026-11-10"),
    ],
    ids=["weekly", "monthly", "overdue", "without a date"],
)
def test_when_the_next_image_may_be_expected(image: str, os: str, now: str, expected: str) -> None:
    """Linux images come about weekly and Windows images monthly, counted from the date that the version carries."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert expected_next(image, os, moment).isoformat() == expected


async def test_the_expected_date_is_said(connect: Connect) -> None:
    """Who waits is told about until when."""
    here = await connect(waiting("2027-11-04T00:00:00Z"))
    plan = await migrate(here)
    assert "expected about 2026-11-09" in plan.waiting[0].describe()
    assert told(plan, "SecretExpires") == []


async def test_a_secret_that_ends_first_is_urgent(connect: Connect) -> None:
    """Nodes that may live on the secret until an image that comes too late: said, with the way round."""
    here = await connect(waiting())
    plan = await migrate(here)
    (urgent,) = [text for text in told(plan, "SecretExpires") if "Urgent" in text]
    assert "pool system may live on the secret until the next node image" in urgent
    assert "later Kubernetes patch" in urgent
    assert writes(here)["PUT agentPools"] == 0


async def test_the_way_round_is_taken_where_it_is_wanted(connect: Connect) -> None:
    """A patch upgrade of the pool re-images its nodes on the same image; ARM's evidence for it is the version."""
    here = await connect(waiting())
    plan = await migrate(here, target=UPGRADING)
    kubelet = the_cluster(here)["arm"]["properties"]["identityProfile"]["kubeletidentity"]["clientId"]
    assert {node["kubelet"] for node in the_cluster(here)["nodes"]} == {kubelet}
    assert plan.waiting == ()
    assert [verdict.verdict.value for verdict in plan.verdicts] == ["likely"]
    (put,) = [one for one in here.simulator.journal if one.method == "PUT" and one.path.endswith("/agentPools/system")]
    assert "if-match" in put.request_headers
    assert "nodeImageVersion" not in put.request_body["properties"]


async def test_the_way_round_is_not_taken_without_need(connect: Connect) -> None:
    """A secret that outlives the next image is no reason to upgrade anything."""
    here = await connect(waiting("2027-11-04T00:00:00Z"))
    plan = await migrate(here, target=UPGRADING)
    assert [item.pool for item in plan.waiting] == ["system"]


async def test_an_expired_secret_is_told_and_tried(connect: Connect) -> None:
    """An expired secret blocks nothing by itself: the switch is tried, and Azure's refusal is a person's."""
    here = await connect(waiting("2026-10-01T00:00:00Z", behaviour={"expired_secret_blocks_switch": False}))
    plan = await migrate(here)
    assert the_cluster(here)["arm"]["identity"]["type"] == "UserAssigned"
    assert told(plan, "SecretExpired")
