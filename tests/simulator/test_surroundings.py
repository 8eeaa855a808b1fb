"""What an assessment reads around the clusters: networks, workspaces, quotas, and all resources at once."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import WorldError, load_world
from tests.azure_fixture import SimulatorFactory
from tests.simulator.plain import ask, listed, read
from tests.worlds import (
    CLUSTER_ID,
    GROUP,
    IDENTITY_ID,
    NETWORK_ID,
    REGISTRY_ID,
    ROUTE_TABLE_ID,
    SHARED_ID,
    SP,
    SUBNET_ID,
    SUBSCRIPTION,
    cluster,
    one_cluster,
    pool,
)

ALL = f"/subscriptions/{SUBSCRIPTION}"
VNET_ID = SUBNET_ID.rpartition("/subnets/")[0]
OTHER_SUBNET_ID = f"{VNET_ID.upper()}/subnets/other"
WORKSPACES = "Microsoft.OperationalInsights/workspaces"
NAMED = f"{ALL}/resourceGroups/{GROUP}/providers/{WORKSPACES}/logs"
USAGES = f"{ALL}/providers/Microsoft.Compute/locations/WestEurope/usages"


def world(**changes: Any) -> dict[str, Any]:
    """Two clusters in two subnets of one network, one of them monitored, and a workspace that nobody names."""
    members = [
        cluster("a", network={"route_table": ROUTE_TABLE_ID}, addons=["omsagent"]),
        cluster("b", node_pools=[pool("system", subnet=OTHER_SUBNET_ID, count=2)], location="northeurope"),
    ]
    settings: dict[str, Any] = {
        "clusters": members,
        "user_assigned_identities": [{"name": "id-prod", "resource_group": GROUP}],
        "log_analytics_workspaces": [{"name": "unused", "resource_group": "rg-shared"}],
    }
    return one_cluster(**(settings | changes))


def names(documents: list[Any]) -> set[str]:
    """The names of what is listed."""
    return {document["name"] for document in documents}


def test_networks_show_their_subnets(simulate: SimulatorFactory) -> None:
    """In a list and alone, whatever the casing; a subnet in it is as its own document shows it."""
    simulator = simulate(world())
    (network,) = listed(simulator, f"{ALL}/providers/Microsoft.Network/virtualNetworks")
    subnets = {one["name"]: one for one in network["properties"]["subnets"]}
    assert network == read(simulator, VNET_ID.upper())
    assert network == listed(simulator, f"{NETWORK_ID}/virtualNetworks")[0]
    assert subnets["nodes"] == read(simulator, SUBNET_ID)
    assert subnets["nodes"]["properties"]["routeTable"] == {"id": ROUTE_TABLE_ID}
    assert "routeTable" not in subnets["other"]["properties"]
    assert ask(simulator, f"{VNET_ID}x")[0] == 404


def test_the_generic_list_shows_what_there_is(simulate: SimulatorFactory) -> None:
    """Every kind, and nothing of any resource's own properties."""
    found = listed(simulate(world()), f"{ALL}/resources")
    assert {one["type"].rpartition("/")[2]: one["name"] for one in found} == {
        "registries": "prodacr",
        "userAssignedIdentities": "id-prod",
        "workspaces": "logs",
        "managedClusters": "b",
        "virtualNetworks": "vnet",
    }
    assert {name for one in found for name in one} == {"id", "name", "type", "location", "tags"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("resourceType eq 'microsoft.containerregistry/registries'", {"prodacr"}),
        (
            f"resourceType eq '{WORKSPACES}' or resourceType eq 'Microsoft.Network/virtualNetworks'",
            {"logs", "unused", "vnet"},
        ),
        (f"resourceType eq '{WORKSPACES}' and name eq 'logs'", {"logs"}),
        ("resourceGroup eq 'RG-SHARED'", {"prodacr", "unused"}),
        ("resourceType eq 'Microsoft.Nothing/nothings'", set[str]()),
    ],
)
def test_a_filter_narrows_the_generic_list(simulate: SimulatorFactory, query: str, found: set[str]) -> None:
    """By kind, name and group, in any casing."""
    assert names(listed(simulate(world()), f"{ALL}/resources?$filter={query}")) == found


def test_a_filter_that_is_not_understood_is_refused(simulate: SimulatorFactory) -> None:
    """A 400, not an unfiltered list."""
    status, document = ask(simulate(world()), f"{ALL}/resources?$filter=location gt 'x'")
    assert (status, document["error"]["code"]) == (400, "InvalidFilterInQueryString")


def test_a_runner_sees_what_it_may_read(simulate: SimulatorFactory) -> None:
    """The generic list shows the resources that the runner could read one by one."""
    grants = [{"principal": SP, "role": "Reader", "scope": SHARED_ID}]
    simulator = simulate(world(runner={"principal": SP}, role_assignments=grants))
    assert names(listed(simulator, f"{ALL}/resources")) == {"prodacr", "unused"}
    assert listed(simulator, f"{ALL}/providers/Microsoft.Network/virtualNetworks") == []


def test_identities_are_listed_in_a_subscription(simulate: SimulatorFactory) -> None:
    """With their ids as their own documents show them."""
    (identity,) = listed(simulate(world()), f"{ALL}/providers/Microsoft.ManagedIdentity/userAssignedIdentities")
    assert identity["id"] == IDENTITY_ID


def test_a_workspace_that_is_named_exists(simulate: SimulatorFactory) -> None:
    """An add-on's, and those of the world; others are a 404."""
    simulator = simulate(world())
    named = simulator.state()["clusters"][0]["arm"]["properties"]["addonProfiles"]["omsagent"]["config"]
    assert named["logAnalyticsWorkspaceResourceID"] == NAMED
    assert read(simulator, NAMED)["properties"]["provisioningState"] == "Succeeded"
    assert names(listed(simulator, f"{ALL}/providers/{WORKSPACES}")) == {"logs", "unused"}
    assert names(listed(simulator, f"{SHARED_ID}/providers/{WORKSPACES}")) == {"unused"}
    assert ask(simulator, f"{NAMED}x")[0] == 404


def test_a_quota_tells_use_and_limit(simulate: SimulatorFactory) -> None:
    """Of the region in the path: five nodes of four cores, of as many as the world has."""
    usages = {one["name"]["value"]: one for one in listed(simulate(world(limits={"cores": 64})), USAGES)}
    assert usages["cores"] == {
        "unit": "Count",
        "currentValue": 20,
        "limit": 64,
        "name": {"value": "cores", "localizedValue": "Total Regional vCPUs"},
    }
    assert usages["virtualMachines"]["currentValue"] == 5


def test_without_a_limit_there_is_plenty(simulate: SimulatorFactory) -> None:
    """A world that names no limit has one that nobody meets; a cluster that is stopped uses nothing."""
    usages = {one["name"]["value"]: one for one in listed(simulate(one_cluster(power="Stopped")), USAGES)}
    assert usages["cores"]["limit"] == 100_000
    assert usages["cores"]["currentValue"] == usages["virtualMachines"]["currentValue"] == 0


def test_reading_a_quota_needs_its_right(simulate: SimulatorFactory) -> None:
    """Microsoft.Compute/locations/usages/read, which a reader of one group does not have."""
    grants = [{"principal": SP, "role": "Reader", "scope": SHARED_ID}]
    status, document = ask(simulate(world(runner={"principal": SP}, role_assignments=grants)), USAGES)
    assert status == 403
    assert "'Microsoft.Compute/locations/usages/read'" in document["error"]["message"]


def test_roles_come_on_one_page_with_their_permissions(simulate: SimulatorFactory) -> None:
    """Azure's own and the world's, with what each permits."""
    custom = {"name": "Runner", "actions": ["*/read"], "not_actions": ["a/b/read"], "data_actions": ["c/d/read"]}
    simulator = simulate(world(role_definitions=[custom]))
    roles = read(simulator, f"{ALL}/providers/Microsoft.Authorization/roleDefinitions")
    shown = {role["properties"]["roleName"]: role["properties"] for role in roles["value"]}
    assert "nextLink" not in roles
    assert len(shown) > 20
    assert shown["AcrPull"]["permissions"][0]["actions"] == ["Microsoft.ContainerRegistry/registries/pull/read"]
    assert shown["Runner"]["type"] == "CustomRole"
    assert shown["Runner"]["permissions"] == [
        {"actions": ["*/read"], "notActions": ["a/b/read"], "dataActions": ["c/d/read"], "notDataActions": []}
    ]


def test_a_role_is_listed_where_it_can_be_assigned(simulate: SimulatorFactory) -> None:
    """A custom role of another subscription is not listed; one of a group of this one only if that is asked for."""
    another = "/subscriptions/0c0c0c0c-0000-4000-8000-000000000001"
    scopes = {"Of a group": SHARED_ID, "Of all": ALL, "Of another": another}
    customs = [{"name": name, "actions": ["*/read"], "assignable_scopes": [scope]} for name, scope in scopes.items()]
    simulator = simulate(world(role_definitions=customs))

    def listed(at: str, query: str = "") -> set[str]:
        roles = read(simulator, f"{at}/providers/Microsoft.Authorization/roleDefinitions{query}")
        return {role["properties"]["roleName"] for role in roles["value"]} & set(scopes)

    assert listed(ALL) == {"Of all"}
    assert listed(SHARED_ID) == {"Of all", "Of a group"}
    assert listed(ALL, "?$filter=atScopeAndBelow()") == {"Of all", "Of a group"}


def test_a_condition_is_shown_and_stops_no_pull(simulate: SimulatorFactory) -> None:
    """The grant tells its condition and its version, and nodes pull as if it had none."""
    condition = "@Resource[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWith 'shop/'"
    grants = [
        {"principal": SP, "role": "Network Contributor", "scope": SUBNET_ID},
        {"principal": SP, "role": "AcrPull", "scope": REGISTRY_ID, "condition": condition},
    ]
    simulator = simulate(one_cluster(role_assignments=grants))
    assignments = listed(simulator, f"{ALL}/providers/Microsoft.Authorization/roleAssignments")
    found = {one["properties"]["scope"]: one["properties"] for one in assignments}
    assert (found[REGISTRY_ID]["condition"], found[REGISTRY_ID]["conditionVersion"]) == (condition, "2.0")
    assert (found[SUBNET_ID]["condition"], found[SUBNET_ID]["conditionVersion"]) == (None, None)
    assert simulator.state()["broken_at_the_start"] == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"monitoring_workspace_deleted": True},
            "clusters.0.monitoring_workspace_deleted: no add-on names a workspace",
        ),
        (
            {"log_analytics_workspaces": [{"name": "logs", "resource_group": "g", "subscription": "x"}]},
            "log_analytics_workspaces.0.subscription: no subscription is named 'x'",
        ),
    ],
)
def test_a_wrong_workspace_is_told(changes: dict[str, Any], sentence: str) -> None:
    """One sentence, with the path in the file."""
    with pytest.raises(WorldError) as refused:
        load_world(one_cluster(**changes))
    assert str(refused.value) == sentence


def test_the_cluster_itself_is_in_the_generic_list(simulate: SimulatorFactory) -> None:
    """With its tags."""
    query = "resourceType eq 'Microsoft.ContainerService/managedClusters'"
    (entry,) = listed(simulate(one_cluster(tags={"owner": "shop"})), f"{ALL}/resources?$filter={query}")
    assert (entry["id"], entry["tags"]) == (CLUSTER_ID, {"owner": "shop"})
