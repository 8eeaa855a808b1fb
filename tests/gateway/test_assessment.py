"""An assessment of a fleet: what it says, that it changes nothing, and what it costs."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest

from fleet_identity.allow_list import GRANTED_BY_DEFAULT
from fleet_identity.assessment import Assessed, Urgency, assess
from fleet_identity.clock import PacedClock
from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.arm.connection import connect as connect_to
from fleet_identity.gateway.arm.inventory import Inventory
from fleet_identity.observe import observe_and_plan
from fleet_identity.planner import BY_DEFAULT
from fleet_identity.report.assessment import assessment_document
from fleet_identity.scope import Scope
from fleet_identity.settings import Settings
from fleet_identity.target import Target
from simulator import Simulator
from simulator.generate import generated
from tests.azure_fixture import SimulatorFactory
from tests.gateway.conftest import Connect
from tests.worlds import (
    CLUSTER,
    CLUSTER_ID,
    GROUP,
    ROUTE_TABLE_ID,
    SP,
    SP_CLIENT_ID,
    SP_OBJECT_ID,
    SUBSCRIPTION,
    cluster,
    one_cluster,
    pool,
)

pytestmark = pytest.mark.dry_run
ALL, PLAIN = Scope(), Target()


class Look(Protocol):
    """Assesses a world; the simulator that was asked is `.simulator` of the function."""

    async def __call__(
        self, world: Mapping[str, Any] | Any, scope: Scope = ALL, target: Target = PLAIN
    ) -> tuple[tuple[Assessed, ...], Simulator]: ...


@pytest.fixture
async def look(simulate: SimulatorFactory, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Look]:
    """A factory of assessments, each of a world of its own."""
    async with AsyncExitStack() as stack:

        async def looked(
            world: Any, scope: Scope = ALL, target: Target = PLAIN
        ) -> tuple[tuple[Assessed, ...], Simulator]:
            simulator = simulate(world, pace=1)
            for name, value in simulator.env.items():
                monkeypatch.setenv(name, value)
            settings = Settings()
            clock = PacedClock(settings.pace)
            connection = await stack.enter_async_context(connect_to(settings, clock))
            inventory = Inventory(connection, clock, settings)
            return await assess(inventory, scope, target, settings.allow_list), simulator

        yield looked


def codes(assessed: tuple[Assessed, ...], name: str = CLUSTER) -> set[str]:
    return {finding.code.value for one in assessed if one.cluster.id.name == name for finding in one.plan.findings}


async def test_a_thousand_clusters_cost_few_requests(look: Look) -> None:
    """Requests, those of Graph and the token among them, grow with subscriptions: 1,000 clusters cost 200 at most."""
    assessed, simulator = await look(generated(1000, seed=7, subscriptions=3))
    assert len(assessed) == 1000
    assert len(simulator.journal) <= 200
    assert {one.status for one in simulator.journal} == {200}


async def test_more_clusters_of_a_kind_cost_pages_only(look: Look) -> None:
    """Ten times as many clusters in as many subscriptions cost pages of lists and batches of principals, no more."""
    _, few = await look(generated(40, seed=3, subscriptions=2))
    _, many = await look(generated(400, seed=3, subscriptions=2))
    assert len(many.journal) < len(few.journal) + 60


async def test_it_says_what_a_plan_of_its_own_says(look: Look, connect: Connect) -> None:
    """Read from lists or one by one, a cluster gets the same plan, but for what only lists can count."""
    world = one_cluster(
        network={"route_table": ROUTE_TABLE_ID},
        addons=["omsagent"],
        node_pools=[pool("system"), pool("user", mode="User", image="newest")],
    )
    ((one,), _) = await look(world)
    here = await connect(world, pace=1)
    alone = await observe_and_plan(here.azure, one.cluster.id, Target())
    assert (one.plan.now, one.plan.later, one.plan.findings) == (alone.now, alone.later, alone.findings)


@pytest.mark.parametrize(
    ("ends", "urgency"),
    [
        ("2026-10-01T00:00:00Z", Urgency.OVERDUE),
        ("2026-11-20T00:00:00Z", Urgency.URGENT),
        ("2027-01-15T00:00:00Z", Urgency.SOON),
        ("2028-01-15T00:00:00Z", Urgency.LATER),
    ],
)
async def test_how_urgent_it_is(look: Look, ends: str, urgency: Urgency) -> None:
    """The end of the secret tells, as far as the directory does."""
    principal = {"name": SP, "client_id": SP_CLIENT_ID, "object_id": SP_OBJECT_ID, "secret_expires_at": ends}
    ((one,), _) = await look(one_cluster() | {"service_principals": [principal]})
    assert one.urgency is urgency
    assert one.secret_ends
    assert one.secret_ends.isoformat()[:10] == ends[:10]


async def test_of_several_secrets_the_one_that_ends_next_counts(look: Look) -> None:
    """The directory does not tell which secret a cluster uses; the evidence says so."""
    principal = {"name": SP, "client_id": SP_CLIENT_ID, "object_id": SP_OBJECT_ID}
    secrets = [{"expires_at": "2026-11-20T00:00:00Z"}, {"expires_at": "2026-11-25T00:00:00Z"}]
    world = one_cluster() | {
        "service_principals": [principal | {"secret_expires_at": "2026-11-10T00:00:00Z", "secrets": secrets}]
    }
    ((one,), _) = await look(world)
    assert str(one.secret_ends).startswith("2026-11-10")
    assert any("does not tell which one" in finding.evidence for finding in one.plan.findings)


def two_groups() -> dict[str, Any]:
    members = [cluster("a", tags={"stage": "prod"}), cluster("b", resource_group="rg-other"), cluster("c")]
    return one_cluster(clusters=members)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope(), ["a", "b", "c"]),
        (Scope(subscriptions=(SUBSCRIPTION,)), ["a", "b", "c"]),
        (Scope(resource_groups=("RG-OTHER",)), ["b"]),
        (Scope(tags=("stage=prod",)), ["a"]),
        (Scope(tags=("stage",)), ["a"]),
        (Scope(tags=("stage=dev",)), []),
        (Scope(clusters=(CLUSTER_ID.replace(CLUSTER, "c"),)), ["c"]),
    ],
)
async def test_which_clusters_are_meant(look: Look, scope: Scope, names: list[str]) -> None:
    """By subscription, group, tag, or one by one; by default all that the credential sees."""
    assessed, _ = await look(two_groups(), scope)
    assert sorted(one.cluster.id.name for one in assessed) == names


async def test_a_shared_principal_is_counted(look: Look) -> None:
    """Every cluster of a shared service principal says with how many others."""
    assessed, _ = await look(two_groups())
    assert all(
        "2 other clusters" in finding.evidence
        for one in assessed
        for finding in one.plan.findings
        if finding.code == "SharedPrincipal"
    )


async def test_a_subscription_that_is_full_of_assignments(look: Look) -> None:
    """Assignments are counted from the list that is read anyway."""
    world = one_cluster() | {"limits": {"role_assignments": 4000}}
    groups = [
        {"principal": SP, "role": "Reader", "scope": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{n}"}
        for n in range(3999)
    ]
    world["role_assignments"] = [*world["role_assignments"], *groups]
    assessed, _ = await look(world, target=Target(registries=()))
    assert "RoleAssignmentLimit" in codes(assessed)


async def test_a_registry_in_another_tenant(look: Look) -> None:
    """What a managed identity can never pull from blocks, until somebody accepts it; it costs one request."""
    elsewhere = "7c3d4e5f-6071-4283-95a6-b7c8d9e0f1a2"
    registry = {"name": "partneracr", "resource_group": "rg-p", "tenant": "6b2c3d4e-5f60-4172-8394-a5b6c7d8e9f0"}
    world = one_cluster()
    world["registries"].append(registry | {"subscription_id": elsewhere})
    named = (
        f"/subscriptions/{elsewhere}/resourceGroups/rg-p/providers/Microsoft.ContainerRegistry/registries/partneracr"
    )
    assessed, _ = await look(world, target=Target(registries=(named,)))
    assert "RegistryInOtherTenant" in codes(assessed)
    assert assessed[0].plan.blocked
    accepted, _ = await look(world, target=Target(registries=(named,), accept_foreign_registries=True))
    assert not accepted[0].plan.blocked


async def test_a_vault_that_names_the_old_principal(look: Look) -> None:
    """An access policy of the old principal is found; nothing carries it over."""
    policy = {"principal": SP, "permissions": {"secrets": ["get"]}}
    vault = {"name": "kv-shop", "resource_group": "rg-shared", "mode": "access_policies", "policies": [policy]}
    ((one,), _) = await look(one_cluster() | {"key_vaults": [vault]})
    (found,) = [finding for finding in one.plan.findings if finding.code == "VaultAccessPolicy"]
    assert "kv-shop" in found.evidence
    assert not one.plan.blocked


async def test_what_may_not_be_read_is_asked_for_once(look: Look) -> None:
    """A right that the runner lacks costs a request, not one for each cluster."""
    members = [cluster(f"prod-{number:02}") for number in range(20)]
    world = one_cluster(clusters=members) | {"role_definitions": [{"name": "Reader of some", "actions": SOME}]}
    world |= {
        "service_principals": [*world["service_principals"], {"name": "sp-runner"}],
        "role_assignments": [
            *world["role_assignments"],
            {"principal": "sp-runner", "role": "Reader of some", "scope": f"/subscriptions/{SUBSCRIPTION}"},
        ],
        "runner": {"principal": "sp-runner"},
    }
    assessed, simulator = await look(world)
    assert len(assessed) == 20
    assert {one.plan.blocked for one in assessed} == {True}
    refused = [one.path for one in simulator.journal if one.status == 403]
    assert len(refused) == len(set(refused))


HUB_ID = "/subscriptions/9c0c0c0c-0000-4000-8000-000000000001"
HUB_SUBNET = f"{HUB_ID}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"


def one_on_a_hidden_network() -> dict[str, Any]:
    """Three clusters; the runner may do anything in their subscription, and nothing in the hub's, where one is."""
    hidden = cluster("b", node_pools=[pool("system", subnet=HUB_SUBNET)])
    world = one_cluster(clusters=[cluster("a"), hidden, cluster("c")])
    owner = {"principal": "sp-runner", "role": "Owner", "scope": f"/subscriptions/{SUBSCRIPTION}"}
    return world | {
        "subscriptions": [*world["subscriptions"], {"id": HUB_ID.rpartition("/")[2], "name": "hub"}],
        "service_principals": [*world["service_principals"], {"name": "sp-runner"}],
        "role_assignments": [*world["role_assignments"], owner],
        "runner": {"principal": "sp-runner"},
    }


async def test_what_may_not_be_read_of_one_cluster_blocks_that_one(look: Look) -> None:
    """The others are assessed; the finding says which action is missing, and where."""
    assessed, _ = await look(one_on_a_hidden_network())
    blocked = {one.cluster.id.name: one.plan for one in assessed if one.plan.blocked}
    assert set(blocked) == {"b"}
    assert len(assessed) == 3
    (found,) = blocked["b"].findings
    assert found.code == "Unreadable"
    assert "Microsoft.Network/virtualNetworks/subnets/read" in found.evidence
    assert "rg-hub" in found.evidence
    assert not blocked["b"].now


async def test_what_concerns_the_whole_ends_the_assessment(connect: Connect) -> None:
    """A runner that is no longer signed in is told once, not as a fault of every cluster."""
    here = await connect(one_cluster())
    expired = {"status": 401, "code": "ExpiredAuthenticationToken", "flat": False}
    here.simulator.add_faults([{"match": {"path": "/locks"}, "times": 9, "answer": expired}])
    with pytest.raises(NeedsHumanError, match="Sign the runner in again"):
        await assess(here.azure, ALL, PLAIN, BY_DEFAULT)


SOME = [
    "Microsoft.ContainerService/*/read",
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleDefinitions/read",
    "Microsoft.Authorization/locks/read",
    "Microsoft.ManagedIdentity/*/read",
    "Microsoft.ContainerRegistry/registries/read",
    "Microsoft.Network/*/read",
]


async def test_a_workspace_that_is_gone(look: Look) -> None:
    """AKS fails updates of a cluster whose monitoring names a workspace that was deleted: found before."""
    assessed, _ = await look(one_cluster(addons=["omsagent"], monitoring_workspace_deleted=True))
    assert "WorkspaceMissing" in codes(assessed)


async def test_a_policy_that_asks_for_a_tag(look: Look) -> None:
    """A new identity without the tag would be refused; with the tag in the target it is not."""
    policy = {"name": "cost", "scope": f"/subscriptions/{SUBSCRIPTION}", "requires_tag": "cost-center"}
    world = one_cluster(policies=[policy], tags={"cost-center": "42"})
    assert "TagPolicy" in codes((await look(world))[0])
    assert "TagPolicy" not in codes((await look(world, target=Target(identity_tags=("cost-center=42",))))[0])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"power": "Stopped"}, "ClusterStopped"),
        ({"state": "Failed"}, "ClusterFailed"),
        ({"operation_in_progress": {"name": "Upgrading", "ends_after": "2h"}}, "OperationInProgress"),
        ({"node_pools": [pool("system", power="Stopped")]}, "PoolStopped"),
        ({"node_pools": [pool("system", state="Failed")]}, "PoolFailed"),
        ({"node_pools": [pool("system", availability="AvailabilitySet")]}, "PoolType"),
        ({"node_pools": [pool("system"), pool("spot", mode="User", spot=True)]}, "SpotPool"),
        ({"node_pools": [pool("system", kubernetes_version="1.31.1")]}, "VersionSkew"),
        ({"node_provisioning": "Auto"}, "NodeAutoProvisioning"),
        ({"pod_identity": True}, "PodIdentity"),
        ({"location": "usgoviowa"}, "RegionUnsupported"),
        ({"extra_properties": {"nodeDisruptionProfile": {"nodeDisruptionPolicy": "Block"}}}, "NodeDisruptionPolicy"),
        ({"limits": {"cores": 20}}, "SurgeQuota"),
        (
            {
                "locks": [
                    {
                        "name": "keep",
                        "level": "ReadOnly",
                        "scope": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}",
                    }
                ]
            },
            "ResourceLock",
        ),
        ({"tags": {f"t{number}": "x" for number in range(48)}}, "TagLimit"),
    ],
)
async def test_what_stands_in_the_way(look: Look, changes: dict[str, Any], code: str) -> None:
    """Each obstacle of a real world is found by its code, read through the real SDK."""
    assessed, _ = await look(one_cluster(**changes))
    assert code in codes(assessed)


async def test_the_runner_is_told_its_missing_rights(look: Look) -> None:
    """A runner that may only read learns every right that a migration would need, with its scope."""
    world = one_cluster()
    world |= {
        "service_principals": [*world["service_principals"], {"name": "sp-runner"}],
        "role_assignments": [
            *world["role_assignments"],
            {"principal": "sp-runner", "role": "Reader", "scope": f"/subscriptions/{SUBSCRIPTION}"},
        ],
        "runner": {"principal": "sp-runner"},
    }
    ((one,), _) = await look(world)
    missing = [finding.evidence for finding in one.plan.findings if finding.code == "MissingRight"]
    assert any(f"roleAssignments/write on {scope}" in text for scope in (ROUTE_TABLE_ID[:40],) for text in missing)
    assert any("managedClusters/write" in text for text in missing)


async def test_the_document(look: Look) -> None:
    """The shape that is promised to programs: clusters with identities, pools, add-ons, findings, plan and urgency."""
    assessed, _ = await look(one_cluster(addons=["omsagent", "azurepolicy"]))
    document = assessment_document(assessed)
    (shown,) = document["clusters"]
    assert set(document) == {"observed_at", "clusters", "summary"}
    assert {"id", "identity", "kubelet", "pools", "addons", "findings", "plan", "urgency"} <= set(shown)
    assert shown["identity"] == {"runs_as": "service principal", "id": SP_CLIENT_ID}
    assert [(one["name"], one["runs_as"]) for one in shown["addons"]] == [
        ("omsagent", "service principal"),
        ("azurepolicy", "none needed"),
    ]
    assert shown["nodes_to_roll"] == 5
    assert shown["minutes"]["least"] >= 120
    assert all(finding["runbook"].startswith("docs/runbook.md#") for finding in shown["findings"])


def test_the_default_allow_list_grants_no_owner() -> None:
    """What may be granted by default can't be used to grant more."""
    assert "Owner" not in GRANTED_BY_DEFAULT
    assert not BY_DEFAULT.copied
