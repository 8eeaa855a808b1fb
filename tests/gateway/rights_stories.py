"""What the product does, story by story, by a runner that may do so much: each story gives what was told on the way."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest

from deployments.azure_role import Rights, main, rights
from fleet_identity.apply import apply
from fleet_identity.apply.undo_preparation import undo_preparation
from fleet_identity.assessment import assess
from fleet_identity.errors import FleetIdentityError
from fleet_identity.findings import Code, Finding
from fleet_identity.gateway.arm.gateway import open_gateway
from fleet_identity.gateway.arm.inventory import Inventory
from fleet_identity.gateway.arm.remover import ArmRemover
from fleet_identity.observe import observe_and_plan
from fleet_identity.observe.creation import observe_and_plan_creation
from fleet_identity.planner import BY_DEFAULT
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import For
from fleet_identity.scope import Scope
from fleet_identity.settings import Settings
from fleet_identity.steps import AssignRole, CreateIdentity
from fleet_identity.target import Target
from tests.gateway.conftest import Connected
from tests.gateway.test_chain import migrate
from tests.gateway.test_creation import NEW, PULLS, create
from tests.gateway.test_waiting import SOON, waiting
from tests.worlds import CLUSTER_ID, NETWORK_ID, PUBLIC_IP_ID, SHARED_ID, SUBSCRIPTION, one_cluster, pool

ALL = f"/subscriptions/{SUBSCRIPTION}"
RUNNER = "0f2b6c8e-3a51-4d0b-8f6e-2f9f0c1d7a44"
OWNER = "3d0c7a51-94be-4c0e-9d35-6b1f1f0a2c77"
_COMPUTE = f"{SHARED_ID}/providers/Microsoft.Compute"
_CLUSTER = ResourceId(CLUSTER_ID)
_TARGET = Target(registries=(), minimum_grant_age_minutes=60)

Story = Callable[[Connected], Awaitable[str]]


def printed() -> Rights:
    """The rights that an operator of the default allow-list is told to give."""
    return rights((ALL,), RUNNER, Settings())


def by_the_printed_role(world: dict[str, Any], *, without: str = "") -> dict[str, Any]:
    """A world whose runner has what the operator's command prints, as it prints it; one action may be left out."""
    output = StringIO()
    with redirect_stdout(output):
        assert main(["--scope", ALL, "--principal", RUNNER, "--output", "json"]) == 0
    document = json.loads(output.getvalue())
    (assignment,) = document["roleAssignments"]
    assert (assignment["scope"], assignment["principalId"]) == (ALL, RUNNER)
    actions = document["roleDefinition"]["Actions"]
    assert without == "" or without in actions
    return by_a_runner(world, [one for one in actions if one != without], assignment["condition"])


def by_a_runner(world: dict[str, Any], actions: Iterable[str], condition: str | None = None) -> dict[str, Any]:
    """A world in which we may do this and no more; lists that we may not read are refused, not emptied."""
    grant = {"principal": "sp-runner", "role": "Runner", "scope": ALL, "condition": condition}
    return world | {
        "service_principals": [
            *world["service_principals"],
            {"name": "sp-runner", "object_id": RUNNER},
            {"name": "sp-owner", "client_id": OWNER},
        ],
        "role_definitions": [{"name": "Runner", "actions": list(actions)}],
        "role_assignments": [
            *world["role_assignments"],
            grant,
            {"principal": "sp-owner", "role": "Owner", "scope": ALL},
        ],
        "runner": {"principal": "sp-runner"},
        "behaviour": {"unreadable_list": "refused"},
    }


def using_everything() -> dict[str, Any]:
    """A cluster that names, outside itself, all that asks for a right of the caller's own."""
    near, prefix = f"{_COMPUTE}/proximityPlacementGroups/near", f"{NETWORK_ID}/publicIPPrefixes/nodes"
    world = one_cluster(
        node_pools=[
            pool("system", proximity_placement_group=near),
            pool("user", mode="User", node_public_ip_prefix=prefix),
        ],
        disk_encryption_set=f"{_COMPUTE}/diskEncryptionSets/des",
        network={"outbound_public_ips": [PUBLIC_IP_ID]},
        addons=["omsagent"],
    )
    wide = {"principal": "sp-prod", "role": "Contributor", "scope": ALL}
    grants = [wide, world["role_assignments"][1]]
    return world | {"role_assignments": grants, "timing": {"addon_patience": "48h"}}


async def assessing(here: Connected) -> str:
    """Assess the fleet."""
    inventory = Inventory(here.azure.connection, here.clock, Settings())
    assessed = await assess(inventory, Scope(), _TARGET, BY_DEFAULT)
    return _told(finding for one in assessed for finding in one.plan.findings)


async def migrating(here: Connected, target: Target = _TARGET) -> str:
    """Migrate the cluster; before that read its planned maintenance, as a fleet may."""
    await here.azure.maintenance(_CLUSTER)
    return await _migrated(here, target)


async def failing(here: Connected) -> str:
    """Migrate a cluster whose switch fails once it has begun: why, only the operation tells."""
    match = {"method": "PUT", "path": "managedClusters/[^/]+$"}
    here.simulator.add_faults([{"match": match, "operation": {"code": "QuotaExceeded", "message": "No cores."}}])
    try:
        return await migrating(here)
    except FleetIdentityError as error:
        if "No cores." not in error.message:
            raise
        return error.message


async def creating(here: Connected) -> str:
    """Make a new cluster with a kubelet identity of its own."""
    target = Target(registries=PULLS, kubelet="pre_created")
    first = await observe_and_plan_creation(here.azure, NEW, target, BY_DEFAULT)
    return _told((*first.findings, *(await create(here, target)).findings))


async def undoing(here: Connected) -> str:
    """Take back what somebody else has prepared by the same product."""
    await prepare(here)
    remover = ArmRemover(here.azure.connection, here.clock, Settings())
    done = await undo_preparation(remover, _CLUSTER, Target().identity_for(_CLUSTER), Target())
    return " ".join(stay.why for stay in done.stays)


async def looking_inside(here: Connected) -> str:
    """Migrate with a look inside."""
    return await _migrated(here, _TARGET.model_copy(update={"in_cluster_checks": True}))


async def upgrading(here: Connected) -> str:
    """Migrate a cluster whose pool waits for an image longer than its secret lives."""
    return await _migrated(here, _TARGET.model_copy(update={"upgrade_when_expiring": True}))


async def prepare(here: Connected) -> None:
    """Make the identity and its grants, signed in as an owner."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AZURE_CLIENT_ID", OWNER)
        async with open_gateway(Settings(), here.clock) as azure:
            plan = await observe_and_plan(azure, _CLUSTER, Target(), BY_DEFAULT)
            for step in (*plan.of(CreateIdentity), *plan.of(AssignRole)):
                await apply(step, azure, here.clock)


STORIES: Mapping[For, Story] = {
    For.ASSESS: assessing,
    For.MIGRATE: migrating,
    For.CREATE: creating,
    For.UNDO: undoing,
    For.INSIDE: looking_inside,
    For.EXPIRING: upgrading,
}
WORLDS: Mapping[For, Callable[[], dict[str, Any]]] = {
    For.ASSESS: using_everything,
    For.MIGRATE: using_everything,
    For.CREATE: one_cluster,
    For.UNDO: one_cluster,
    For.INSIDE: one_cluster,
    For.EXPIRING: lambda: waiting(SOON),
}


async def _migrated(here: Connected, target: Target) -> str:
    """Migrate; a plan that tells at once what it could not read is not carried out, for that would tell no more."""
    first = await observe_and_plan(here.azure, _CLUSTER, target, BY_DEFAULT)
    if any(finding.code == Code.NOT_READ for finding in first.findings):
        return _told(first.findings)
    return _told((await migrate(here, target=target)).findings)


def _told(findings: Iterable[Finding]) -> str:
    return " ".join(finding.describe() for finding in findings)
