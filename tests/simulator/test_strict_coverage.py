"""The strict schema covers every kind of resource that the simulator answers, and catches what is wrong in each."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from azure.identity.aio import ClientSecretCredential
from azure.mgmt.containerservice.aio import ContainerServiceClient

import simulator.agent_pools.routes as agent_pools
import simulator.compute_usages.routes as compute_usages
import simulator.generic_resources.routes as generic_resources
import simulator.locks.routes as locks
import simulator.log_analytics_workspaces.routes as log_analytics_workspaces
import simulator.managed_clusters.routes as managed_clusters
import simulator.managed_identities.routes as managed_identities
import simulator.networks.routes as networks
import simulator.policy_assignments.routes as policy_assignments
import simulator.registries.routes as registries
import simulator.role_assignments.routes as role_assignments
import simulator.role_definitions.routes as role_definitions
import simulator.run_command.routes as run_command
from simulator import load_world
from simulator.messages import ArmRequest
from simulator.routing import Route
from simulator.simulation import Simulation
from tests.strict_schema import ALLOWED, misfits, shape_of
from tests.worlds import CLUSTER_ID, IDENTITY_ID, REGISTRY_ID, SHARED_ID, SUBSCRIPTION, one_cluster

MODULES = (
    managed_clusters,
    agent_pools,
    managed_identities,
    role_assignments,
    role_definitions,
    registries,
    locks,
    run_command,
    networks,
    log_analytics_workspaces,
    compute_usages,
    generic_resources,
    policy_assignments,
)
GROUP_PATH = "/subscriptions/x/resourceGroups/x/providers"
WITHOUT_MODEL = {
    "/subscriptions/x/resources",
    "/subscriptions/x/providers/Microsoft.Compute/locations/x/usages",
    "/subscriptions/x/providers/Microsoft.Network/virtualNetworks",
    f"{GROUP_PATH}/Microsoft.Network/virtualNetworks",
    f"{GROUP_PATH}/Microsoft.Network/virtualNetworks/x",
    f"{GROUP_PATH}/Microsoft.Network/virtualNetworks/x/subnets/x",
    "/subscriptions/x/providers/Microsoft.OperationalInsights/workspaces",
    f"{GROUP_PATH}/Microsoft.OperationalInsights/workspaces",
    f"{GROUP_PATH}/Microsoft.OperationalInsights/workspaces/x",
    "x/providers/Microsoft.Authorization/policyAssignments",
    "x/providers/Microsoft.Authorization/policyAssignments/x",
}
"""Kinds of resources that no SDK among the product's has a model of."""
ROLES = "/providers/Microsoft.Authorization"
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
DOCUMENTS = {
    "clusters": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters",
    "cluster": CLUSTER_ID,
    "pools": f"{CLUSTER_ID}/agentPools",
    "pool": f"{CLUSTER_ID}/agentPools/system",
    "upgrade profile": f"{CLUSTER_ID}/agentPools/system/upgradeProfiles/default",
    "identities": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ManagedIdentity/userAssignedIdentities",
    "identity": IDENTITY_ID,
    "federated credentials": f"{IDENTITY_ID}/federatedIdentityCredentials",
    "role assignments": f"{SHARED_ID}{ROLES}/roleAssignments",
    "role definitions": f"{SHARED_ID}{ROLES}/roleDefinitions",
    "role definition": f"{SHARED_ID}{ROLES}/roleDefinitions/{NETWORK_CONTRIBUTOR}",
    "registries": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerRegistry/registries",
    "registry": REGISTRY_ID,
    "locks": f"{SHARED_ID}{ROLES}/locks",
}


def answered(path: str) -> Any:
    world = one_cluster(
        user_assigned_identities=[
            {
                "name": "id-prod",
                "resource_group": "rg-prod",
                "federated_credentials": [{"name": "shop", "issuer": "https://oidc.example", "subject": "shop"}],
            }
        ],
        locks=[{"name": "keep", "scope": SHARED_ID, "level": "CanNotDelete"}],
    )
    simulation = Simulation(load_world(world), pace=1)
    reply = simulation.answer(ArmRequest(method="GET", base="https://localhost", path=path))
    assert reply.status == 200
    return json.loads(reply.content)


def first(document: Any) -> dict[str, Any]:
    return document["value"][0] if "value" in document else document


def sample(route: Route) -> str:
    return re.sub(r"\(\?P<\w+>(?:\.\*|\[\^/\]\+)\)", "x", route.pattern.pattern).removeprefix("^").removesuffix("/?$")


@pytest.mark.parametrize("path", sorted({sample(route) for module in MODULES for route in module.ROUTES}))
def test_every_route_has_a_shape(path: str) -> None:
    """Each path of a resource provider is checked against an SDK's model, or named as one without."""
    assert (shape_of(path) is None) == (path in WITHOUT_MODEL)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_kind_fits(kind: str) -> None:
    """What the simulator answers for each kind of resource has no misfit, and is not empty."""
    document = answered(DOCUMENTS[kind])
    assert first(document)["properties"]
    assert misfits(DOCUMENTS[kind], document) == []


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_kind_is_caught(kind: str) -> None:
    """In each kind an unknown property, a wrong type and a wrong casing are found."""
    document = answered(DOCUMENTS[kind])
    for tampered in (_with_unknown, _with_wrong_type, _with_wrong_casing):
        changed = copy.deepcopy(document)
        tampered(first(changed))
        assert misfits(DOCUMENTS[kind], changed), tampered.__name__


def _with_unknown(resource: dict[str, Any]) -> None:
    resource["properties"]["invented"] = 1


def _with_wrong_type(resource: dict[str, Any]) -> None:
    name = next(name for name, value in resource["properties"].items() if isinstance(value, str))
    resource["properties"][name] = 7


def _with_wrong_casing(resource: dict[str, Any]) -> None:
    name = next(iter(resource["properties"]))
    resource["properties"][name.upper()] = resource["properties"].pop(name)


@pytest.mark.parametrize(
    ("kind", "member", "value"),
    [
        ("cluster", "provisioningState", None),
        ("pool", "mode", "system"),
        ("pool", "osType", "Plan9"),
        ("upgrade profile", "osType", "linux"),
        ("role assignments", "principalType", "Robot"),
        ("registry", "roleAssignmentMode", "Abac"),
        ("locks", "level", "canNotDelete"),
    ],
)
def test_unknown_values_are_caught(kind: str, member: str, value: str | None) -> None:
    """A value that the SDK's enumeration does not know is found; a null is none."""
    document = answered(DOCUMENTS[kind])
    first(document)["properties"][member] = value
    assert bool(misfits(DOCUMENTS[kind], document)) == (value is not None)


def test_the_allowed_deviation_is_one_value() -> None:
    """The list of allowed deviations has one entry, and it excuses no other value of that member."""
    document = answered(CLUSTER_ID)
    profile = document["properties"]["networkProfile"]
    profile["loadBalancerSku"] = "Standard"
    assert misfits(CLUSTER_ID, document) == []
    profile["loadBalancerSku"] = "STANDARD"
    assert misfits(CLUSTER_ID, document)
    assert len(ALLOWED) == 1


async def test_the_schema_is_of_the_newest_api_version() -> None:
    """The models are those of API version 2026-08-01."""
    async with ClientSecretCredential("tenant", "client", "secret") as credential:
        client: Any = ContainerServiceClient(credential, SUBSCRIPTION)
        assert client._config.api_version == "2026-08-01"  # noqa: SLF001
        await client.close()
