"""Conditions of role assignments: what a delegate may grant, to whom, and what it may take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

from simulator.authorization.conditions import Attempt, InvalidConditionError, fulfilled, parsed
from tests.simulator.clients import ACR_PULL, clients
from tests.simulator.test_authorization import OTHER, principals
from tests.worlds import REGISTRY_ID, SP, SP_OBJECT_ID, SUBNET_ID, SUBSCRIPTION, one_cluster

if TYPE_CHECKING:
    from tests.azure_fixture import SimulatorFactory
    from tests.simulator.clients import Clients

KIND = "Microsoft.Authorization/roleAssignments"
PULL, NETWORK, READER = (
    "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7",
)
GROUP_OBJECT = "0b7b5c54-2f0e-4a3e-8f43-9b0f4e1a7c10"


def part(verb: str, source: str, *roles: str) -> str:
    """One half of a condition as Microsoft's examples have it: for a grant, or for its end."""
    attribute = f"@{source}[{KIND}"
    return (
        f"(\n (!(ActionMatches{{'{KIND}/{verb}'}}))\n OR\n ({attribute}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals "
        f"{{{', '.join(roles)}}}\n AND\n {attribute}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase "
        "{'ServicePrincipal'})\n)"
    )


PULLS_ONLY = f"{part('write', 'Request', PULL)}\nAND\n{part('delete', 'Resource', PULL)}"


def delegated(condition: str, *more: dict[str, Any]) -> dict[str, Any]:
    """A world whose runner may manage role assignments under a condition."""
    runner = {"principal": "sp-runner", "role": "Delegate", "scope": f"/subscriptions/{SUBSCRIPTION}"}
    return one_cluster(
        runner={"principal": "sp-runner"},
        pulls_from=[],
        service_principals=[*principals(), {"name": "sp-runner", "object_id": OTHER}],
        groups=[{"name": "people", "object_id": GROUP_OBJECT, "members": [SP]}],
        role_definitions=[{"name": "Delegate", "actions": [f"{KIND}/*"]}],
        role_assignments=[
            {"principal": SP, "role": "Network Contributor", "scope": SUBNET_ID},
            {**runner, "condition": condition},
            *more,
        ],
    )


async def grant(azure: Clients, role: str, *, principal: str = SP_OBJECT_ID, **sent: Any) -> Any:
    """Grant a role on the registry."""
    wanted = RoleAssignmentCreateParameters(role_definition_id=f"/x/{role}", principal_id=principal, **sent)
    return await azure.authorization.role_assignments.create(REGISTRY_ID, ACR_PULL[-36:], wanted)


OURS = {"principal_type": "ServicePrincipal"}


async def test_a_delegate_grants_what_its_condition_names(simulate: SimulatorFactory) -> None:
    """The role that is named, to a service principal, and away again; and all that the condition does not speak of."""
    async with clients(simulate(delegated(PULLS_ONLY))) as azure:
        made = await grant(azure, PULL, **OURS)
        await azure.authorization.role_assignments.delete(REGISTRY_ID, made.name)
        assert [one async for one in azure.authorization.role_assignments.list_for_subscription()]


@pytest.mark.parametrize(
    ("role", "sent"),
    [
        (READER, OURS),
        (PULL, {"principal_type": "Group", "principal": GROUP_OBJECT}),
        (PULL, {"principal_type": "User"}),
        (PULL, {}),
    ],
)
async def test_a_delegate_grants_nothing_else(simulate: SimulatorFactory, role: str, sent: dict[str, str]) -> None:
    """403: another role, a group, a user; or a principal whose type is not sent."""
    async with clients(simulate(delegated(PULLS_ONLY))) as azure:
        with pytest.raises(HttpResponseError) as refused:
            await grant(azure, role, **sent)
    assert refused.value.status_code == 403
    assert "has an authorization with ABAC condition that is not fulfilled to perform action" in str(refused.value)
    assert f"'{KIND}/write'" in str(refused.value)


async def test_a_delegate_takes_nothing_else_away(simulate: SimulatorFactory) -> None:
    """What is there counts for the end of a grant, not what is asked for."""
    simulator = simulate(delegated(PULLS_ONLY))
    other = next(it for it in simulator.state()["role_assignments"] if it["properties"]["scope"] == SUBNET_ID)
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError, match="ABAC condition that is not fulfilled"):
            await azure.authorization.role_assignments.delete(SUBNET_ID, other["name"])


async def test_a_principal_is_what_the_directory_says(simulate: SimulatorFactory) -> None:
    """A group can't be passed off as a service principal."""
    async with clients(simulate(delegated(PULLS_ONLY))) as azure:
        with pytest.raises(HttpResponseError, match="has type 'Group' , which is different") as refused:
            await grant(azure, PULL, principal=GROUP_OBJECT, **OURS)
    assert refused.value.error
    assert refused.value.error.code == "UnmatchedPrincipalType"


async def test_a_second_grant_without_a_condition_opens_the_first(simulate: SimulatorFactory) -> None:
    """Grants add up: one of them is enough."""
    wide = {"principal": "sp-runner", "role": "Role Based Access Control Administrator", "scope": REGISTRY_ID}
    async with clients(simulate(delegated(PULLS_ONLY, wide))) as azure:
        await grant(azure, READER, **OURS)


@pytest.mark.parametrize(
    "condition",
    [
        "((",
        f"!(ActionMatches{{'{KIND}/read'}}) AND @Request[{KIND}:PrincipalId] StringStartsWith 'a'",
        f"!(@Request[{KIND}:Unknown] StringEquals 'a')",
        "no condition at all",
    ],
)
async def test_what_is_not_understood_grants_nothing(simulate: SimulatorFactory, condition: str) -> None:
    """A condition of a world that can't be evaluated lets nothing through."""
    async with clients(simulate(delegated(condition))) as azure:
        with pytest.raises(HttpResponseError, match="ABAC condition that is not fulfilled"):
            await grant(azure, PULL, **OURS)


@pytest.mark.parametrize(("condition", "version"), [("((", "2.0"), (PULLS_ONLY, "1.0"), (PULLS_ONLY, None)])
async def test_a_wrong_condition_is_refused(simulate: SimulatorFactory, condition: str, version: str | None) -> None:
    """400 for what is no condition, and for another version than 2.0."""
    async with clients(simulate(delegated(PULLS_ONLY))) as azure:
        with pytest.raises(HttpResponseError, match="The given role assignment condition is invalid") as refused:
            await grant(azure, PULL, **OURS, condition=condition, condition_version=version)
        assert refused.value.status_code == 400
        await grant(azure, PULL, **OURS, condition=PULLS_ONLY, condition_version="2.0")


def attempt(role: str, kind: str = "ServicePrincipal", verb: str = "write") -> Attempt:
    source = "request" if verb == "write" else "resource"
    names = {"roledefinitionid": role, "principaltype": kind}
    return Attempt(
        action=f"{KIND}/{verb}", attributes={(source, f"{KIND.lower()}:{name}"): text for name, text in names.items()}
    )


@pytest.mark.parametrize(
    ("text", "role", "passes"),
    [
        (f"@Request[{KIND}:RoleDefinitionId] GuidEquals {PULL}", PULL, True),
        (f"@Request[{KIND}:RoleDefinitionId] GuidEquals {PULL}", READER, False),
        (f"@Request[{KIND}:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {{{PULL}, {NETWORK}}}", READER, True),
        (f"@Request[{KIND}:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {{{PULL}, {NETWORK}}}", PULL, False),
        (f"@Request[{KIND}:PrincipalType] StringEquals 'serviceprincipal'", PULL, False),
        (f"@Request[{KIND}:PrincipalType] StringEqualsIgnoreCase 'serviceprincipal'", PULL, True),
        ("ActionMatches{'Microsoft.Authorization/*'}", PULL, True),
        ("ActionMatches{'a/b'} && ActionMatches{'c/d'} || ActionMatches{'*'}", PULL, True),
        ("!(ActionMatches{'*'} OR ActionMatches{'a/b'})", PULL, False),
    ],
)
def test_operators(text: str, role: str, *, passes: bool) -> None:
    """Each as Microsoft's page of the format has it; AND binds before OR."""
    assert fulfilled(text, attempt(role)) is passes


def test_no_condition_lets_everything_through() -> None:
    """And what follows a whole condition is none."""
    assert fulfilled(None, attempt(PULL))
    with pytest.raises(InvalidConditionError):
        parsed("ActionMatches{'*'} ActionMatches{'*'}")
