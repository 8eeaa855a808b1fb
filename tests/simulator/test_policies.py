"""Policies that ask for tags: which resources they deny, and how they are listed."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from simulator import WorldError, load_world
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import Clients, clients, without_images
from tests.simulator.plain import ask, listed, read
from tests.worlds import GROUP, SP, SUBSCRIPTION, one_cluster

ALL = f"/subscriptions/{SUBSCRIPTION}"
GROUP_ID = f"{ALL}/resourceGroups/{GROUP}"
ASSIGNMENTS = "/providers/Microsoft.Authorization/policyAssignments"
TAG = {"name": "tagged", "scope": ALL, "requires_tag": "cost-center"}
VALUE = TAG | {"name": "tagged-42", "tag_value": "42"}
ACTION = {"name": "no-groups", "scope": GROUP_ID, "action": "Microsoft.Resources/*"}


async def make(azure: Clients, tags: dict[str, str] | None) -> str | None:
    """Create an identity; the code of the refusal, if it is one."""
    body: dict[str, Any] = {"location": "westeurope"} | ({"tags": tags} if tags is not None else {})
    try:
        await azure.msi.user_assigned_identities.create_or_update(GROUP, "id-new", body)
    except HttpResponseError as refused:
        return refused.error.code if refused.error else None
    return None


@pytest.mark.parametrize(
    ("policy", "tags", "denied"),
    [
        (TAG, None, True),
        (TAG, {}, True),
        (TAG, {"owner": "shop"}, True),
        (TAG, {"Cost-Center": "7"}, False),
        (VALUE, {"cost-center": "7"}, True),
        (VALUE, {"cost-center": "42"}, False),
        (TAG | {"scope": f"{ALL}/resourceGroups/other"}, None, False),
    ],
)
async def test_a_resource_without_its_tag_is_denied(
    simulate: SimulatorFactory, policy: dict[str, str], tags: dict[str, str] | None, *, denied: bool
) -> None:
    """At or below the policy's scope, whoever asks; names of tags are compared without regard to case."""
    async with clients(simulate(one_cluster(policies=[policy]))) as azure:
        assert await make(azure, tags) == ("RequestDisallowedByPolicy" if denied else None)


async def test_a_cluster_keeps_its_tags_or_is_denied(simulate: SimulatorFactory) -> None:
    """A PUT replaces all tags, so one that leaves them out is denied; a pool has none that count, and is not."""
    simulator = simulate(one_cluster(policies=[TAG], tags={"cost-center": "1"}))
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        document["tags"] = {}
        with pytest.raises(HttpResponseError, match="'tagged'"):
            await azure.put(document, etag=document.e_tag)
        document["tags"] = {"cost-center": "1"}
        await azure.put(document, etag=document.e_tag)
        simulator.advance(3600)
        await azure.upgrade("system")


def test_a_subscription_lists_its_policies(simulate: SimulatorFactory) -> None:
    """Those at it and below it, with the built-in definition and its parameters; alone as in the list."""
    simulator = simulate(one_cluster(policies=[TAG, VALUE, ACTION]))
    found = {one["name"]: one for one in listed(simulator, ALL + ASSIGNMENTS)}
    at_scope = listed(simulator, f"{ALL}{ASSIGNMENTS}?$filter=atScope()")
    tag, value = found["tagged"]["properties"], found["tagged-42"]["properties"]
    assert set(found) == {"tagged", "tagged-42", "no-groups"}
    assert {one["name"] for one in at_scope} == {"tagged", "tagged-42"}
    assert tag["policyDefinitionId"].endswith("/871b6d14-10aa-478d-b590-94f262ecfa99")
    assert tag["parameters"] == {"tagName": {"value": "cost-center"}}
    assert (tag["scope"], tag["enforcementMode"], tag["displayName"]) == (ALL, "Default", "tagged")
    assert value["policyDefinitionId"].endswith("/1e30110a-5ceb-460c-a204-c1c3969c6d62")
    assert value["parameters"] == {"tagName": {"value": "cost-center"}, "tagValue": {"value": "42"}}
    assert found["no-groups"]["properties"]["parameters"] == {}
    assert found["no-groups"]["properties"]["policyDefinitionId"].startswith(f"{ALL}/providers/")
    assert read(simulator, f"{ALL}{ASSIGNMENTS}/tagged") == found["tagged"]
    assert ask(simulator, f"{GROUP_ID}{ASSIGNMENTS}/tagged")[0] == 404


def test_listing_policies_needs_its_right(simulate: SimulatorFactory) -> None:
    """A runner without it is refused, for this list hides nothing."""
    grants = [{"principal": SP, "role": "AcrPull", "scope": ALL}]
    simulator = simulate(one_cluster(runner={"principal": SP}, role_assignments=grants, clusters=[]))
    status, document = ask(simulator, ALL + ASSIGNMENTS)
    assert status == 403
    assert "'Microsoft.Authorization/policyAssignments/read'" in document["error"]["message"]


@pytest.mark.parametrize(
    ("policy", "complaint"),
    [
        ({"name": "a", "scope": ALL}, "policies.0: give exactly one of action, requires_tag"),
        (TAG | {"action": "*"}, "policies.0: give exactly one of action, requires_tag"),
        (ACTION | {"tag_value": "1"}, "policies.0: tag_value goes with requires_tag"),
    ],
)
def test_a_policy_denies_one_thing(policy: dict[str, str], complaint: str) -> None:
    """An action, or resources without a tag."""
    with pytest.raises(WorldError) as refused:
        load_world(one_cluster(policies=[policy]))
    assert str(refused.value) == complaint
