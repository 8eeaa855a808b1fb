"""The role that an operator is told to give: enough for every story, and nothing in it that no story needs."""

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

from fleet_identity.errors import FleetIdentityError
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import REQUIRED, For, Required
from fleet_identity.roles import ACR_PULL, OWNER, Role, role_named
from tests.gateway import test_runner_rights as by_hand
from tests.gateway.conftest import Connect, Connected
from tests.gateway.rights_stories import RUNNER, STORIES, WORLDS, Story, by_a_runner, failing, printed
from tests.gateway.test_chain import writes
from tests.worlds import REGISTRY_ID, SUBSCRIPTION, one_cluster

OPERATIONS = "Microsoft.ContainerService/locations/operations/read"
DEFINITIONS = "Microsoft.Authorization/roleDefinitions/read"
PAIRS = [
    (one, story)
    for one in REQUIRED
    for story in sorted(one.needed)
    if one.action != OPERATIONS and (one.action, story) != (DEFINITIONS, For.UNDO)
]
"""Every action, with every story that needs it; for operations, and for what taking back can do without, see below."""


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
    assert "lacks permission Microsoft" not in said


@pytest.mark.parametrize("story", STORIES)
async def test_each_story_needs_what_its_list_says(connect: Connect, story: For) -> None:
    """The actions that are listed for a story are enough for it; those of an assessment change nothing."""
    here = await connect(by_a_runner(WORLDS[story](), needed_for(story)))
    await STORIES[story](here)
    assert refusals(here) == []
    if story is For.ASSESS:
        assert all(action.endswith("/read") for action in needed_for(story))
        assert set(writes(here)) <= {"POST v1.0"}


@pytest.mark.parametrize(("missing", "story"), PAIRS, ids=lambda it: getattr(it, "action", it))
async def test_a_missing_action_is_named(connect: Connect, missing: Required, story: For) -> None:
    """Without it a step fails, or a finding tells, by its name: so the role holds nothing that is not needed."""
    here = await connect(by_a_runner(WORLDS[story](), needed_for(story) - {missing.action}))
    assert missing.action.lower() in (await told(STORIES[story], here)).lower()


async def test_taking_back_does_without_role_definitions(connect: Connect) -> None:
    """They only tell a missing right before the first deletion; Azure's refusal tells it on the way."""
    here = await connect(by_a_runner(one_cluster(), needed_for(For.UNDO) - {DEFINITIONS}))
    assert await STORIES[For.UNDO](here) == ""
    assert writes(here)["DELETE userAssignedIdentities"] == 1


@pytest.mark.parametrize("missing", [None, OPERATIONS])
async def test_why_an_operation_failed_takes_a_right(connect: Connect, missing: str | None) -> None:
    """With the right a failed switch is told with its reason; without it, with the right that is missing."""
    here = await connect(by_a_runner(one_cluster(), needed_for(For.MIGRATE) - {missing}))
    assert (missing or "No cores.") in await told(failing, here)


async def grant(here: Connected, role: Role, kind: str) -> None:
    """Ask Azure for a grant by its SDK alone: our own allow-list would refuse it before."""
    registry = ResourceId(REGISTRY_ID)
    wanted = RoleAssignmentCreateParameters(
        role_definition_id=role.definition_id(registry), principal_id="somebody", principal_type=kind
    )
    await here.azure.connection.authorization(SUBSCRIPTION).role_assignments.create(REGISTRY_ID, RUNNER, wanted)


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (OWNER, "ServicePrincipal"),
        (role_named("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"), "ServicePrincipal"),
        (ACR_PULL, "User"),
        (ACR_PULL, "Group"),
    ],
)
async def test_the_condition_refuses_the_rest(connect: Connect, role: Role, kind: str) -> None:
    """Whatever the runner is made to ask for: no role but those of the allow-list, to nobody but service principals."""
    given = printed()
    here = await connect(by_a_runner(one_cluster(), given.definition["Actions"], given.condition))
    with pytest.raises(HttpResponseError, match="ABAC condition that is not fulfilled"):
        await grant(here, role, kind)
    await grant(here, ACR_PULL, "ServicePrincipal")


def test_the_lists_by_hand_agree() -> None:
    """What was found by hand for a plain migration is in the list."""
    listed = {one.action for one in REQUIRED if For.MIGRATE in one.needed}
    assert {*by_hand.READS, *by_hand.ALSO_READ, *by_hand.WRITES} <= listed
    assert len({one.action for one in REQUIRED}) == len(REQUIRED)
