"""A preparation is taken back: what we made and nobody uses, in the right order, and nothing else."""

from typing import Any

import pytest

from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.mark import with_mark
from fleet_identity.outcome import Outcome, State
from fleet_identity.resource_id import ResourceId, identity_id
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from flows.migrate_fleet import migrate_fleet
from flows.undo_preparation import undo_preparation
from simulator import Simulator
from tasks.conclude import outcomes_of, state_of
from tests.flows.conftest import Azure
from tests.flows.fleets import AT_ONCE, fleet, waits
from tests.gateway.test_runner_rights import READS, WRITES
from tests.worlds import GROUP, NETWORK_ID, SUBNET_ID, SUBSCRIPTION, cluster, one_cluster

PRE_CREATED = Target(kubelet="pre_created", minimum_grant_age_minutes=0)
MY_SUBNET = f"{NETWORK_ID}/virtualNetworks/vnet/subnets/mine"
RUNNER = {"principal": "sp-runner"}


def spec(target: Target = AT_ONCE) -> FleetSpec:
    return FleetSpec(scope=Scope(subscriptions=(SUBSCRIPTION,)), target=target)


async def prepare(target: Target = AT_ONCE, *, prepare_only: bool = True) -> None:
    running = migrate_fleet(fleet=spec(target), dry_run=False, prepare_only=prepare_only, return_state=True)
    await outcomes_of(await state_of(running))


async def undo(target: Target = AT_ONCE, *, dry_run: bool = False) -> dict[str, Outcome]:
    running = undo_preparation(fleet=spec(target), dry_run=dry_run, return_state=True)
    return {one.cluster_id.name: one for one in await outcomes_of(await state_of(running))}


def deleted(simulator: Simulator) -> list[str]:
    """What was deleted, as `kind name`, in that order; grants are told without their names."""
    gone = [one.path.split("/")[-2:] for one in simulator.journal if one.method == "DELETE" and one.status == 200]
    return [kind if kind == "roleAssignments" else f"{kind} {name}" for kind, name in gone]


def exists(simulator: Simulator) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """The principals of identities by their names, and the grants by principal and scope."""
    state = simulator.state()
    grants = (one["properties"] for one in state["role_assignments"])
    return (
        {one["name"]: one["properties"]["principalId"] for one in state["identities"]},
        {(one["principalId"], one["scope"]) for one in grants},
    )


def marked(name: str, of: str, **changes: Any) -> dict[str, Any]:
    """An identity as we make it for a cluster."""
    cluster_id = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{GROUP}/providers"
    cluster_id += f"/Microsoft.ContainerService/managedClusters/{of}"
    mark = with_mark((), identity_id(SUBSCRIPTION, GROUP, name), ResourceId(cluster_id), "fleet-identity")
    return {"name": name, "resource_group": GROUP, "tags": dict(mark)} | changes


async def test_exactly_what_was_made_goes(azure: Azure) -> None:
    """Afterwards Azure is as it was before the preparation; each identity went after its grants."""
    simulator = azure(fleet(cluster("a"), cluster("b")))
    before = exists(simulator)
    await prepare(PRE_CREATED)
    assert exists(simulator) != before
    found = await undo(PRE_CREATED)
    assert {one.state for one in found.values()} == {State.UNDONE}
    assert exists(simulator) == before
    own = [one for one in deleted(simulator) if not one.endswith(("id-b", "id-b-kubelet"))]
    assert own[-1] == "userAssignedIdentities id-a-kubelet"
    assert deleted(simulator).count("roleAssignments") == 6
    begin = len(simulator.journal)
    assert {one.state for one in (await undo(PRE_CREATED)).values()} == {State.UNDONE}
    assert "DELETE" not in {one.method for one in simulator.journal[begin:]}


async def test_a_dry_run_shows_it_all_and_deletes_nothing(azure: Azure) -> None:
    """What would be deleted is listed, one by one and in order, beside what ARM does not show."""
    simulator = azure(fleet(cluster("a")))
    await prepare(PRE_CREATED)
    found = (await undo(PRE_CREATED, dry_run=True))["a"]
    assert found.state is State.PLANNED
    assert [line.when for line in found.plan] == ["warns"] + ["now"] * 5
    assert "virtual machines" in found.plan[0].what
    told = [line.what for line in found.plan[1:]]
    assert told[2] == f"delete user-assigned identity id-a in {GROUP}"
    assert set(told[:2]) == {
        "take Network Contributor on nodes from identity id-a",
        "take Managed Identity Operator on id-a-kubelet from identity id-a",
    }
    assert told[3:] == [
        "take AcrPull on prodacr from identity id-a-kubelet",
        f"delete user-assigned identity id-a-kubelet in {GROUP}",
    ]
    assert deleted(simulator) == []


USED = {
    "no mark": (
        {"identities": [{"name": "id-a", "resource_group": GROUP}]},
        "it does not carry the mark",
    ),
    "the mark of another": (
        {"identities": [marked("id-a", "b")]},
        "it does not carry the mark",
    ),
    "a federated credential": (
        {
            "identities": [
                marked(
                    "id-a",
                    "a",
                    federated_credentials=[{"name": "shop", "issuer": "https://oidc.example", "subject": "shop"}],
                )
            ]
        },
        "the federated credential shop hands out its tokens",
    ),
    "a grant that is not ours": (
        {"grants": [{"principal": "id-a", "role": "Reader", "scope": MY_SUBNET}]},
        "it holds Reader on mine, which we did not grant",
    ),
    "a grant on it": (
        {
            "grants": [
                {
                    "principal": "sp-prod",
                    "role": "Managed Identity Operator",
                    "scope": identity_id(SUBSCRIPTION, GROUP, "id-a").text,
                }
            ]
        },
        "holds Managed Identity Operator on it",
    ),
    "another cluster": (
        {"clusters": [waits("b", identity={"user_assigned": "id-a"})]},
        f"cluster b in {GROUP} uses it",
    ),
    "nodes of another cluster": (
        {
            "clusters": [waits("b", identity={"user_assigned": "id-b", "kubelet": "id-a"})],
            "identities": [marked("id-a", "a"), {"name": "id-b", "resource_group": GROUP}],
        },
        f"cluster b in {GROUP} uses it",
    ),
    "a record": ({"tags": {"fleet-identity-pools": "1"}}, "the cluster has begun its migration"),
}


@pytest.mark.parametrize("case", USED)
async def test_what_somebody_uses_stays(azure: Azure, case: str) -> None:
    """One sign that somebody uses an identity, or that we did not make it, and it stays with all that it holds."""
    change, told = USED[case]
    simulator = azure(used(change))
    await prepare()
    found = (await undo())["a"]
    assert found.state is State.KEPT
    assert any(told in left for left in found.left), found.left
    assert not [one for one in deleted(simulator) if "id-a" in one or one == "roleAssignments"]


async def test_nothing_of_that_and_it_goes(azure: Azure) -> None:
    """The world of these cases without any sign of use: the identity goes."""
    simulator = azure(used({}))
    await prepare()
    assert (await undo())["a"].state is State.UNDONE
    assert deleted(simulator)[-1] == "userAssignedIdentities id-a"


def used(change: dict[str, Any]) -> dict[str, Any]:
    """A cluster that was prepared, and what a case changes on it or sets beside it."""
    world = fleet(waits("a", tags=change.get("tags", {})), *change.get("clusters", ()))
    world["user_assigned_identities"] = change.get("identities", [marked("id-a", "a")])
    world["role_assignments"] = [*world["role_assignments"], *change.get("grants", ())]
    return world


async def test_a_migrated_cluster_keeps_everything(azure: Azure) -> None:
    """Once a cluster has switched, an undo leaves its identity and its grants, and no incident follows."""
    simulator = azure(fleet(waits("a"), waits("b")))
    await prepare(prepare_only=False)
    before = exists(simulator)
    found = await undo()
    assert {one.state for one in found.values()} == {State.KEPT}
    assert any("cluster a in" in left for left in found["a"].left)
    assert exists(simulator) == before
    assert deleted(simulator) == []


@pytest.mark.parametrize("at", range(5))
async def test_stopped_and_started_again(azure: Azure, at: int) -> None:
    """Whichever deletion does not come to pass, no grant is left to nobody, and the next run ends clean."""
    simulator = azure(fleet(cluster("a")))
    before = exists(simulator)
    await prepare(PRE_CREATED)
    simulator.add_faults([{"match": {"method": "DELETE"}, "after": at, "error": "InvalidParameter"}])
    assert (await undo(PRE_CREATED))["a"].state is State.FAILED
    assert len(deleted(simulator)) == at
    identities, grants = exists(simulator)
    assert {principal for principal, _ in grants} <= {*identities.values(), *(principal for principal, _ in before[1])}
    assert (await undo(PRE_CREATED))["a"].state is State.UNDONE
    assert exists(simulator) == before


@pytest.mark.parametrize("at", [0, 2, 4])
async def test_an_answer_is_lost(azure: Azure, at: int) -> None:
    """What Azure has deleted and did not get to tell is deleted: asking again is no error."""
    simulator = azure(fleet(cluster("a")))
    before = exists(simulator)
    await prepare(PRE_CREATED)
    simulator.add_faults([{"match": {"method": "DELETE"}, "after": at, "drop": "answer"}])
    assert (await undo(PRE_CREATED))["a"].state is State.UNDONE
    assert exists(simulator) == before


async def test_a_lock_is_for_a_person(azure: Azure) -> None:
    """A lock that forbids deletion is named, and nothing of the cluster is half removed."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
    world = fleet(waits("a"), locks=[{"name": "keep", "scope": group, "level": "CanNotDelete"}])
    world["user_assigned_identities"] = [marked("id-a", "a")]
    simulator = azure(world)
    await prepare()
    found = (await undo())["a"]
    assert found.state is State.NEEDS_HUMAN
    assert "the CanNotDelete lock keep on resource group rg-prod forbids it: remove it" in found.left[0]
    assert deleted(simulator) == []


ALL = (
    "Microsoft.ContainerService/managedClusters/read",
    "Microsoft.Authorization/locks/read",
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
    "Microsoft.Authorization/roleAssignments/delete",
)
SOME = "Microsoft.Authorization/roleDefinitions/read"
"""Without it rights can't be computed, and Azure's refusal tells."""


def limited(actions: list[str]) -> dict[str, Any]:
    """A world in which somebody has prepared a cluster, and the runner may do this and no more."""
    plain = one_cluster(clusters=[waits("a")])
    grants = [{"principal": "sp-runner", "role": "Runner", "scope": f"/subscriptions/{SUBSCRIPTION}"}]
    return plain | {
        "service_principals": [*plain["service_principals"], {"name": "sp-runner"}],
        "role_definitions": [{"name": "Runner", "actions": actions}],
        "role_assignments": [*plain["role_assignments"], *grants],
        "user_assigned_identities": [marked("id-a", "a")],
        "runner": RUNNER,
    }


async def test_these_rights_are_enough(azure: Azure) -> None:
    """With them and no others an identity is removed."""
    simulator = azure(limited([*ALL, SOME]))
    assert (await undo())["a"].state is State.UNDONE
    assert deleted(simulator) == ["userAssignedIdentities id-a"]


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("missing", ALL[1:6])
async def test_a_missing_right_is_named(azure: Azure, missing: str, readable: bool) -> None:
    """The one right that is missing is named, computed beforehand or in Azure's refusal; nothing is deleted."""
    has = [action for action in ALL if action != missing]
    simulator = azure(limited([*has, *([SOME] if readable else [])]))
    found = (await undo())["a"]
    assert found.state is State.NEEDS_HUMAN
    assert any(missing in left for left in found.left), found.left
    assert deleted(simulator) == []


async def test_the_right_to_take_roles_back(azure: Azure) -> None:
    """Whoever may grant and not take back is told so in one sentence, before anything is deleted."""
    simulator = azure(limited([*READS, *WRITES, *ALL[:-1], SOME]))
    await prepare()
    found = (await undo())["a"]
    assert found.state is State.NEEDS_HUMAN
    [left] = found.left
    assert f"lacks permission {ALL[-1]} on {SUBNET_ID}: grant it a role with this action there, and run again" in left
    assert deleted(simulator) == []
