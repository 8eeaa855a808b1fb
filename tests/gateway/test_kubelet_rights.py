"""Kubelet identities of yours, by a runner with the printed role: it is enough, and each action is needed."""

import json
from functools import partial

import pytest

from fleet_identity.observe import observe_and_plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import REIMAGE_POOL, For
from fleet_identity.roles import KNOWN, MANAGED_IDENTITY_OPERATOR, OWNER
from fleet_identity.settings import Settings
from fleet_identity.target import Target
from tests.gateway.conftest import Connect, Connected
from tests.gateway.rights_stories import by_the_printed_role, migrating, using_everything
from tests.gateway.test_chain import migrate, the_cluster
from tests.gateway.test_least_privilege import OPERATIONS, needed_for, refusals, told
from tests.worlds import CLUSTER_ID, one_cluster

WAYS = (
    Target(registries=(), kubelet="pre_created"),
    Target(registries=(), kubelet="pre_created_same_put"),
)
NEEDED = sorted(needed_for(For.MIGRATE) - {OPERATIONS, REIMAGE_POOL})
"""Operations are read only where one fails; and pools are not upgraded, for the PUT itself re-images them."""
of_way = pytest.mark.parametrize("target", WAYS, ids=lambda target: target.kubelet)


def kubelet(here: Connected) -> str:
    return the_cluster(here)["arm"]["properties"]["identityProfile"]["kubeletidentity"]["resourceId"].lower()


def operated(here: Connected) -> list[str]:
    """What somebody got Managed Identity Operator on."""
    return [
        one.path.lower().partition("/providers/microsoft.authorization")[0]
        for one in here.simulator.journal
        if one.method == "PUT" and MANAGED_IDENTITY_OPERATOR.guid in one.request_content.decode()
    ]


@of_way
async def test_the_printed_role_is_enough(connect: Connect, target: Target) -> None:
    """The control plane gets Managed Identity Operator on the kubelet's and nowhere else; nothing is refused."""
    here = await connect(by_the_printed_role(using_everything()))
    assert "lacks permission Microsoft" not in await migrating(here, target)
    assert kubelet(here).endswith("-kubelet")
    assert operated(here) == [kubelet(here)]
    assert refusals(here) == []


@of_way
@pytest.mark.parametrize("missing", NEEDED)
async def test_a_missing_action_is_named(connect: Connect, missing: str, target: Target) -> None:
    """Without it a step fails, or a finding tells, by its name."""
    here = await connect(by_the_printed_role(using_everything(), without=missing))
    assert missing.lower() in (await told(partial(migrating, target=target), here)).lower()


@of_way
async def test_the_right_to_upgrade_pools_is_not_needed(connect: Connect, target: Target) -> None:
    """The PUT brings the nodes to their identity."""
    here = await connect(by_the_printed_role(using_everything(), without=REIMAGE_POOL))
    await migrating(here, target)
    assert kubelet(here).endswith("-kubelet")
    assert refusals(here) == []


@pytest.fixture
def no_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who wants no kubelet identities but those of AKS."""
    others = [role.name for role in KNOWN if role not in {OWNER, MANAGED_IDENTITY_OPERATOR}]
    monkeypatch.setenv("FLEET_IDENTITY_GRANTED_ROLES", json.dumps(others))


@pytest.mark.dry_run
@of_way
async def test_an_operator_may_do_without(connect: Connect, target: Target, no_operators: None) -> None:
    """Off the allow-list the role is off the condition too, and a plan that needs it is blocked by one sentence."""
    world = by_the_printed_role(using_everything())
    assert MANAGED_IDENTITY_OPERATOR.guid not in str(world["role_assignments"])
    here = await connect(world)
    found = await observe_and_plan(here.azure, ResourceId(CLUSTER_ID), target, Settings().allow_list)
    (blocking,) = [finding for finding in found.findings if finding.severity == "blocks"]
    assert blocking.code == "RoleNotAllowed"
    assert "Managed Identity Operator" in blocking.evidence
    assert found.now == ()


async def test_and_still_move_clusters(connect: Connect, no_operators: None) -> None:
    """With the kubelet identity that AKS makes nothing is missing."""
    here = await connect(by_the_printed_role(one_cluster()))
    assert not (await migrate(here, allow=Settings().allow_list)).blocked
    assert operated(here) == []
    assert refusals(here) == []
