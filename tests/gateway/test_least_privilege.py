"""The role that an operator is told to give: enough for every story, and nothing in it that no story needs."""

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

from fleet_identity.errors import FleetIdentityError
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import REQUIRED, For, Required
from fleet_identity.roles import ACR_PULL, ACR_PUSH, OWNER, role_named
from tests.gateway import test_runner_rights as by_hand
from tests.gateway.conftest import Connect, Connected
from tests.gateway.rights_stories import RUNNER, STORIES, WORLDS, Story, by_a_runner, failing, printed
from tests.gateway.test_chain import writes
from tests.worlds import REGISTRY_ID, SP_OBJECT_ID, SUBSCRIPTION, one_cluster

OPERATIONS = "Microsoft.ContainerService/locations/operations/read"
PAIRS = [(one, story) for one in REQUIRED for story in sorted(one.needed) if one.action != OPERATIONS]
"""Every action, with every story that needs it; operations are read only where one fails, which is a story of its own."""


def needed_for(story: For) -> set[str]:
    """The actions of a story; what only an option adds comes on top of a migration."""
    kinds = {story, For.MIGRATE} if story in {For.INSIDE, For.EXPIRING} else {story}
    return {one.action for one in REQUIRED if one.needed & kinds}


def refusals(here: Connected) -> list[str]:
    return [f"{it.method} {it.path}: {it.response_body}" for it in here.simulator.journal if it.status == 403]


async def told(story: Story, here: Connected) -> str:
    """What was told on the way: findings, or the error that ended it."""
    try:
        return await story(here)
    except FleetIdentityError as error:
        return error.message


@pytest.mark.parametrize("story", STORIES)
async def test_the_printed_role_is_enough(connect: Connect, story: For) -> None:
    """With it, under its condition, nothing is refused, and nothing is told to be missing."""
    given = printed()
    here = await connect(by_a_runner(WORLDS[story](), given.definition["Actions"], given.condition))
    said = await STORIES[story](here)
    assert refusals(here) == []
    assert "may not Microsoft" not in said


@pytest.mark.parametrize("story", STORIES)
async def test_each_story_needs_what_its_list_says(connect: Connect, story: For) -> None:
    """The actions that are listed for a story are enough for it; those of an assessment change nothing."""
    here = await connect(by_a_runner(WORLDS[story](), needed_for(story)))
    await STORIES[story](here)
    assert refusals(here) == []
    if story is For.ASSESS:
        assert all(action.endswith("/read") for action in needed_for(story))
        assert not writes(here)


@pytest.mark.parametrize(("missing", "story"), PAIRS, ids=lambda it: getattr(it, "action", it))
async def test_a_missing_action_is_named(connect: Connect, missing: Required, story: For) -> None:
    """Without it a step fails, or a finding tells, by its name: so the role holds nothing that is not needed."""
    here = await connect(by_a_runner(WORLDS[story](), needed_for(story) - {missing.action}))
    assert missing.action.lower() in (await told(STORIES[story], here)).lower()


@pytest.mark.parametrize("missing", [None, OPERATIONS])
async def test_why_an_operation_failed_takes_a_right(connect: Connect, missing: str | None) -> None:
    """With the right a failed switch is told with its reason; without it, with the right that is missing."""
    here = await connect(by_a_runner(one_cluster(), needed_for(For.MIGRATE) - {missing}))
    assert (missing or "No cores.") in await told(failing, here)


async def test_no_other_role_can_be_granted(connect: Connect) -> None:
    """Whatever the runner is made to ask for, Azure refuses a role that the condition does not name."""
    given = printed()
    here = await connect(by_a_runner(one_cluster(), given.definition["Actions"], given.condition))
    registry = ResourceId(REGISTRY_ID)
    await here.azure.assign_role(registry, ACR_PUSH, SP_OBJECT_ID)
    for role in (OWNER, role_named("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9")):
        with pytest.raises(FleetIdentityError, match="ABAC condition that is not fulfilled"):
            await here.azure.assign_role(registry, role, SP_OBJECT_ID)


@pytest.mark.parametrize("kind", ["User", "Group"])
async def test_nobody_but_service_principals_is_granted_anything(connect: Connect, kind: str) -> None:
    """A role of the allow-list, and a person or a group to hold it: refused."""
    given = printed()
    here = await connect(by_a_runner(one_cluster(), given.definition["Actions"], given.condition))
    wanted = RoleAssignmentCreateParameters(
        role_definition_id=ACR_PULL.definition_id(ResourceId(REGISTRY_ID)), principal_id="a-person", principal_type=kind
    )
    assignments = here.azure.connection.authorization(SUBSCRIPTION).role_assignments
    with pytest.raises(HttpResponseError, match="ABAC condition that is not fulfilled"):
        await assignments.create(REGISTRY_ID, RUNNER, wanted)


def test_the_lists_by_hand_agree() -> None:
    """What was found by hand for a plain migration is in the list."""
    listed = {one.action for one in REQUIRED if For.MIGRATE in one.needed}
    assert {*by_hand.READS, *by_hand.ALSO_READ, *by_hand.WRITES} <= listed
    assert len({one.action for one in REQUIRED}) == len(REQUIRED)
