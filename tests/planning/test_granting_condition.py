"""The condition of the runner's assignment, read back: what it lets grant is known before Azure is asked."""

import pytest

from deployments.azure_condition import condition_of
from fleet_identity.granting_condition import roles_in
from fleet_identity.permissions import Right, RoleDefinition, Runner
from fleet_identity.plan import Plan
from fleet_identity.planner import plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, NETWORK_CONTRIBUTOR
from fleet_identity.target import Target
from tests.builders import NETWORK, SUBNET, SUBSCRIPTION, cluster, surroundings

EVERYWHERE = ResourceId(f"/subscriptions/{SUBSCRIPTION}")
ANYTHING = RoleDefinition(guid="role", name="Runner", actions=("*",))
PULLS = condition_of(["AcrPull"])
BOTH = condition_of(["Network Contributor", "AcrPull"])
OTHER = (
    "",
    f"({BOTH})",
    BOTH.replace("ForAnyOfAnyValues:GuidEquals", "ForAnyOfAllValues:GuidNotEquals"),
    BOTH.replace(ACR_PULL.guid, "1" * 36, 1),
    BOTH.partition(" AND ((!")[0],
    "not a condition",
)


def planned(*rights: Right) -> Plan:
    """The plan by a runner that may do everything, but for what conditions narrow."""
    runner = Runner(object_id="me", tenant="", rights=rights, subscriptions=frozenset({SUBSCRIPTION}))
    return plan(cluster(), surroundings(runner=runner), Target())


def right(condition: str, scope: ResourceId = EVERYWHERE) -> Right:
    return Right(scope=scope, definition=ANYTHING, condition=condition)


def missing(found: Plan) -> list[str]:
    return [one.evidence for one in found.findings if one.code == "MissingRight"]


@pytest.mark.parametrize("text", [BOTH, BOTH.upper(), BOTH.replace(" AND ", "\n  AND\n  ")])
def test_what_is_printed_is_read(text: str) -> None:
    """In whatever case and lines it comes back."""
    assert roles_in(text) == {NETWORK_CONTRIBUTOR.guid, ACR_PULL.guid}


@pytest.mark.parametrize("text", OTHER)
def test_another_form_is_not_guessed_at(text: str) -> None:
    """A word that differs may turn its meaning round: it is for Azure to judge, and the plan goes on."""
    assert roles_in(text) is None
    assert missing(planned(right(text))) == []


def test_a_role_that_it_does_not_name_blocks() -> None:
    """Of the control plane and the kubelet one is named, one is not: that one is told, with its scope."""
    found = planned(right(PULLS))
    (told,) = missing(found)
    assert f"on {SUBNET} only under a condition that does not name Network Contributor" in told
    assert found.now == ()
    assert missing(planned(right(BOTH))) == []


def test_one_right_that_lets_it_is_enough() -> None:
    """Rights add up: another assignment, without a condition or with a wider one, gives what the first does not."""
    network = ResourceId(NETWORK.partition("/providers")[0])
    for other in (right("", network), right(BOTH, network)):
        assert missing(planned(right(PULLS), other)) == []
    elsewhere = right("", ResourceId(f"{EVERYWHERE}/resourceGroups/rg-elsewhere"))
    assert len(missing(planned(right(PULLS), elsewhere))) == 1


def test_without_any_right_to_grant_the_action_is_told() -> None:
    """The condition of a right that there is not says nothing: the action is missing, and that is told once."""
    reading = RoleDefinition(guid="role", name="Runner", actions=("*",), not_actions=("*/roleAssignments/write",))
    found = missing(planned(Right(scope=EVERYWHERE, definition=reading, condition=PULLS)))
    assert found
    assert not any("condition" in one for one in found)
