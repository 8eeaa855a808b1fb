"""What the runner itself must be permitted: a custom role of exactly these actions migrates a cluster."""

from typing import Any

import pytest

from fleet_identity.errors import FleetIdentityError
from tests.gateway.conftest import Connect
from tests.gateway.test_chain import migrate, the_cluster
from tests.worlds import SUBSCRIPTION, one_cluster

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
WRITES = (
    f"{AKS}/write",
    f"{AKS}/agentPools/upgradeNodeImageVersion/action",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.ManagedIdentity/userAssignedIdentities/write",
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
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
    here = await connect(world([*READS, *WRITES]))
    await migrate(here)
    assert the_cluster(here)["arm"]["identity"]["type"] == "UserAssigned"
    assert 403 not in {exchange.status for exchange in here.simulator.journal}


@pytest.mark.parametrize("missing", [*READS, *WRITES])
async def test_each_of_them_is_needed(connect: Connect, missing: str) -> None:
    """Without one of them Azure refuses, and the error says which one is missing."""
    here = await connect(world([action for action in (*READS, *WRITES) if action != missing]))
    with pytest.raises(FleetIdentityError) as refused:
        await migrate(here)
    assert missing in refused.value.message
    assert 403 in {exchange.status for exchange in here.simulator.journal}
