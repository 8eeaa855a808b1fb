"""What the runner itself must be permitted: a custom role of exactly these actions migrates a cluster."""

from typing import Any

import pytest

from fleet_identity.errors import FleetIdentityError, NeedsHumanError
from fleet_identity.resource_id import ResourceId
from tests.gateway.conftest import Connect
from tests.gateway.test_chain import migrate, the_cluster
from tests.worlds import CLUSTER_ID, SUBSCRIPTION, one_cluster

AKS = "Microsoft.ContainerService/managedClusters"
READS = (
    f"{AKS}/read",
    f"{AKS}/agentPools/upgradeProfiles/read",
    "Microsoft.Authorization/locks/read",
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.ContainerRegistry/registries/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    "Microsoft.Network/virtualNetworks/subnets/read",
)
ALSO_READ = (
    "Microsoft.Authorization/roleDefinitions/read",
    "Microsoft.Authorization/policyAssignments/read",
    "Microsoft.Compute/locations/usages/read",
)
"""What a plan can do without."""
LINKED = (
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
)
WRITES = (
    f"{AKS}/write",
    f"{AKS}/agentPools/upgradeNodeImageVersion/action",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.ManagedIdentity/userAssignedIdentities/write",
    *LINKED,
)


def world(actions: list[str]) -> dict[str, Any]:
    """A world whose runner may do this and no more."""
    plain = one_cluster()
    scope = f"/subscriptions/{SUBSCRIPTION}"
    grant = {"principal": "sp-runner", "role": "Runner", "scope": scope}
    return plain | {
        "service_principals": [*plain["service_principals"], {"name": "sp-runner"}],
        "role_definitions": [{"name": "Runner", "actions": actions}],
        "role_assignments": [*plain["role_assignments"], grant],
        "runner": {"principal": "sp-runner"},
    }


async def test_these_rights_are_enough(connect: Connect) -> None:
    """With them and no others the cluster ends on its identity, and nothing was refused."""
    here = await connect(world([*READS, *ALSO_READ, *WRITES]))
    plan = await migrate(here)
    assert not plan.blocked
    assert the_cluster(here)["arm"]["identity"]["type"] == "UserAssigned"
    assert 403 not in {exchange.status for exchange in here.simulator.journal}


async def test_planned_maintenance_needs_a_reading_of_its_own(connect: Connect) -> None:
    """Who asks a fleet to honour planned maintenance lets the runner read it; a migration does without."""
    here = await connect(world([*READS, *ALSO_READ, *WRITES]))
    with pytest.raises(FleetIdentityError, match=f"{AKS}/maintenanceConfigurations/read"):
        await here.azure.maintenance(ResourceId(CLUSTER_ID))


@pytest.mark.parametrize("missing", READS)
async def test_each_reading_is_needed(connect: Connect, missing: str) -> None:
    """Without one of them Azure refuses, and the error says which one is missing."""
    here = await connect(world([action for action in (*READS, *ALSO_READ, *WRITES) if action != missing]))
    with pytest.raises(FleetIdentityError) as refused:
        await migrate(here)
    assert missing in refused.value.message


@pytest.mark.parametrize("missing", ALSO_READ)
async def test_some_readings_can_be_done_without(connect: Connect, missing: str) -> None:
    """What only sharpens the plan is read where it may be; without it the cluster is moved all the same."""
    here = await connect(world([action for action in (*READS, *ALSO_READ, *WRITES) if action != missing]))
    await migrate(here)
    assert the_cluster(here)["arm"]["identity"]["type"] == "UserAssigned"


@pytest.mark.dry_run
@pytest.mark.parametrize("missing", WRITES)
async def test_a_missing_right_is_found_before_anything_is_done(connect: Connect, missing: str) -> None:
    """Rights are computed from role lists: the plan names the action and the scope, and nothing is begun."""
    here = await connect(world([action for action in (*READS, *ALSO_READ, *WRITES) if action != missing]))
    plan = await migrate(here)
    found = [finding for finding in plan.findings if finding.code == "MissingRight"]
    assert plan.blocked
    assert found
    assert all(f"lacks permission {missing} on /subscriptions/{SUBSCRIPTION}" in one.evidence for one in found)
    assert 403 not in {exchange.status for exchange in here.simulator.journal}


@pytest.mark.parametrize("missing", WRITES)
async def test_where_roles_cannot_be_read_azure_refuses(connect: Connect, missing: str) -> None:
    """Without the list of roles a missing right is found out on the way, by Azure's own words."""
    without = {missing, "Microsoft.Authorization/roleDefinitions/read"}
    here = await connect(world([action for action in (*READS, *ALSO_READ, *WRITES) if action not in without]))
    with pytest.raises(FleetIdentityError) as refused:
        await migrate(here)
    assert missing in refused.value.message


@pytest.mark.parametrize("action", LINKED)
async def test_a_linked_right_of_the_runner_is_not_waited_for(connect: Connect, action: str) -> None:
    """Azure names our own principal: no grant of ours is on its way, and a person hears of it after one refusal."""
    without = {action, "Microsoft.Authorization/roleDefinitions/read"}
    here = await connect(world([one for one in (*READS, *ALSO_READ, *WRITES) if one not in without]))
    with pytest.raises(
        NeedsHumanError, match=rf"The runner .* lacks permission {action} on /subscriptions/"
    ) as refused:
        await migrate(here)
    assert refused.value.code == "LinkedAuthorizationFailed"
    assert [it.status for it in here.simulator.journal if it.method == "PUT" and "/managedClusters/" in it.path] == [
        403
    ]
