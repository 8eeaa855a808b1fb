"""Whoever can start a run is not an owner of Azure: a run chooses and narrows, the operator alone sets the bounds."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from deployments.described import described
from fleet_identity.findings import Finding
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.observe import observe_and_plan
from fleet_identity.outcome import Outcome, State
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId, identity_id
from fleet_identity.settings import Settings
from fleet_identity.target import ExtraRole, Target
from flows.migrate_cluster import migrate_cluster
from flows.migrate_fleet import migrate_fleet
from tasks.conclude import outcome_of, outcomes_of, state_of
from tests.flows.conftest import Azure
from tests.gateway.conftest import Connect, Connected, connect
from tests.worlds import CLUSTER_ID, REGISTRY, REGISTRY_ID, SHARED_ID, SUBNET_ID, SUBSCRIPTION, one_cluster

__all__ = ["connect"]

FLOWS: tuple[Flow[..., Any], ...] = tuple(
    load_flow_from_entrypoint(entrypoint) for entrypoint in sorted({one.entrypoint for one in described()})
)
RESERVED = (
    "endpoint",
    "url",
    "credential",
    "secret",
    "token",
    "password",
    "authority",
    "tenant",
    "cloud",
    "allow",
    "key",
)
"""What only an operator says: where Azure is, who we are there, and what may be granted."""
MEANT = {"max_allowed_failures", "allowed_failures"}
"""Names that only look like one of those."""
VAULT = f"{SHARED_ID}/providers/Microsoft.KeyVault/vaults/kv-prod"
REGISTRIES = (REGISTRY, "othersacr")
OTHERS = REGISTRY_ID.replace(REGISTRY, REGISTRIES[1])
MINE = identity_id(SUBSCRIPTION, "rg-mine", "id-of-my-machine")


def names(schema: Any) -> Iterator[str]:
    """Every parameter of a form, and every field below."""
    if isinstance(schema, Mapping):
        yield from schema.get("properties", {})
        for inner in schema.values():
            yield from names(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from names(inner)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_no_form_asks_for_what_is_the_operator_s(flow: Any) -> None:
    """No address, credential, secret or allow-list, and no setting of the process under its own name."""
    found = set(names(parameter_schema(flow.fn).model_dump()))
    assert len(found) > 15
    assert {name for name in found - MEANT for word in RESERVED if word in name.lower()} == set()
    assert found & set(Settings.model_fields) == set()


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_part_of_a_form_is_closed(flow: Any) -> None:
    """Nothing can be slipped in beside the fields that there are."""
    definitions = parameter_schema(flow.fn).model_dump()["definitions"]
    assert definitions
    assert [name for name, one in definitions.items() if "properties" in one and one["additionalProperties"]] == []


async def plan(here: Connected, target: Target) -> Plan:
    settings = Settings()
    return await observe_and_plan(here.azure, ResourceId(CLUSTER_ID), target, settings.allow_list)


def refused(found: Plan) -> list[Finding]:
    return [one for one in found.findings if one.code == "RoleNotAllowed"]


@pytest.mark.dry_run
@pytest.mark.parametrize(
    ("role", "scope", "told"),
    [
        ("Monitoring Reader", REGISTRY_ID, "what it permits can't be read"),
        ("Network Contributor", SUBNET_ID, "which the allow-list does not contain"),
        ("Owner", REGISTRY_ID, "it may grant roles, and so anything"),
        ("User Access Administrator", REGISTRY_ID, "it may grant roles, and so anything"),
        ("Contributor", f"/subscriptions/{SUBSCRIPTION}", "is never given to a cluster"),
    ],
)
async def test_extra_roles_stay_within_the_allow_list(
    connect: Connect, role: str, scope: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that asks for more is blocked with a sentence, before anything is done; nor may it ask for Owner at all."""
    monkeypatch.setenv("FLEET_IDENTITY_GRANTED_ROLES", json.dumps(["AcrPull", "Owner", "Contributor"]))
    found = await plan(await connect(one_cluster()), Target(extra_roles=(ExtraRole(role=role, scope=scope),)))
    assert found.blocked
    assert not found.now
    assert any(told in one.evidence for one in refused(found))


@pytest.mark.dry_run
@pytest.mark.parametrize("within", [True, False])
async def test_extra_roles_stay_within_the_scopes(
    connect: Connect, within: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator can say where runs may ask for roles; what clusters demand themselves is not touched by that."""
    scopes = [f"{SHARED_ID}/providers/Microsoft.KeyVault" if within else f"{SHARED_ID}-x"]
    monkeypatch.setenv("FLEET_IDENTITY_EXTRA_ROLE_SCOPES", json.dumps(scopes))
    asked = ExtraRole(role="Key Vault Secrets User", scope=VAULT)
    found = await plan(await connect(one_cluster()), Target(extra_roles=(asked,)))
    assert found.blocked is not within
    assert [one.remedy for one in refused(found)] == (
        [] if within else ["Let the operator add the scope (FLEET_IDENTITY_EXTRA_ROLE_SCOPES), or grant it by hand."]
    )
    assert not (await plan(await connect(one_cluster()), Target())).blocked


@pytest.mark.dry_run
async def test_registries_that_a_run_names_stay_within_them_too(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull role that nothing but the run's own word explains is asked for; what nodes pull by already is not."""
    monkeypatch.setenv("FLEET_IDENTITY_EXTRA_ROLE_SCOPES", "[]")
    here = await connect(one_cluster(registries=[{"name": name, "resource_group": "rg-shared"} for name in REGISTRIES]))
    assert not (await plan(here, Target(registries=(REGISTRY_ID,)))).blocked
    (one,) = refused(await plan(here, Target(registries=(OTHERS,))))
    assert one.evidence.startswith("This run asks for AcrPull for ")
    assert f" on {OTHERS} (the target names it), but the operator does not allow runs to" in one.evidence


async def moved(target: Target) -> Outcome:
    """Let the flow do it."""
    run = migrate_cluster(CLUSTER_ID, target=target, dry_run=False, return_state=True)
    return await outcome_of(ResourceId(CLUSTER_ID), await state_of(run))


@pytest.mark.dry_run
@pytest.mark.parametrize(
    "target",
    [
        Target(identity_id=MINE.text),
        Target(identity_resource_group=MINE.resource_group),
        Target(kubelet="pre_created", kubelet_identity_id=MINE.text),
        Target(kubelet="pre_created_same_put", kubelet_identity_id=MINE.text),
    ],
)
async def test_a_run_does_not_choose_who_gets_the_roles(azure: Azure, target: Target) -> None:
    """An identity elsewhere, or in a group of somebody's, ends the run with the setting's name, and nothing is done."""
    azure(one_cluster(user_assigned_identities=[{"name": MINE.name, "resource_group": MINE.resource_group}]))
    outcome = await moved(target)
    assert outcome.state is State.NEEDS_HUMAN
    assert all(left.startswith("IdentityNotAllowed") for left in outcome.left)
    assert "FLEET_IDENTITY_IDENTITY_SCOPES" in outcome.left[0]


@pytest.mark.dry_run
async def test_nor_does_a_fleet(azure: Azure) -> None:
    """Preparing is granting: it asks the same."""
    azure(one_cluster())
    fleet = FleetSpec(target=Target(identity_resource_group=MINE.resource_group))
    run = migrate_fleet(fleet=fleet, dry_run=False, prepare_only=True, return_state=True)
    (outcome,) = await outcomes_of(await state_of(run))
    assert outcome.state is State.NEEDS_HUMAN
    assert outcome.left[0].startswith("IdentityNotAllowed")


async def test_identities_of_a_platform_team(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made elsewhere, in a group of their own: one setting lets runs take them, and none is made beside them."""
    monkeypatch.setenv("FLEET_IDENTITY_IDENTITY_SCOPES", json.dumps([MINE.group.text]))
    simulator = azure(
        one_cluster(user_assigned_identities=[{"name": MINE.name, "resource_group": MINE.resource_group}])
    )
    outcome = await moved(Target(identity_id=MINE.text))
    assert outcome.state is State.MIGRATED
    assert list(simulator.state()["clusters"][0]["arm"]["identity"]["userAssignedIdentities"]) == [MINE.text]
    assert "PUT" not in {one.method for one in simulator.journal if "userAssignedIdentities" in one.path}


@pytest.mark.parametrize("name", ["EXTRA_ROLE_SCOPES", "IDENTITY_SCOPES"])
def test_a_scope_that_is_none_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip of the pen does not open everything."""
    for wrong in ("rg-shared", "", "/subscriptions"):
        monkeypatch.setenv(f"FLEET_IDENTITY_{name}", json.dumps([wrong]))
        with pytest.raises(ValueError, match=name.lower()):
            Settings()
