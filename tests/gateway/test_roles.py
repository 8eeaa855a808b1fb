"""What identities are granted: what the cluster's own references demand, what the operator says, and nothing wider."""

from typing import Any

import pytest

from fleet_identity.allow_list import GRANTED_BY_DEFAULT, AllowList, allow_list
from fleet_identity.observe import observe_and_plan
from fleet_identity.plan import Plan
from fleet_identity.planner import BY_DEFAULT
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import KNOWN, READER
from fleet_identity.target import ExtraRole, KnownPrincipal, Target
from tests.gateway.conftest import UNHURRIED, Connect, Connected
from tests.gateway.test_chain import migrate, the_cluster
from tests.worlds import (
    CLUSTER,
    CLUSTER_ID,
    GROUP,
    NETWORK_ID,
    PUBLIC_IP_ID,
    REGISTRY_ID,
    ROUTE_TABLE_ID,
    SHARED_ID,
    SP_CLIENT_ID,
    SP_OBJECT_ID,
    SUBNET_ID,
    SUBSCRIPTION,
    cluster,
    one_cluster,
    pool,
)

COMPUTE = f"{SHARED_ID}/providers/Microsoft.Compute"
PODS = SUBNET_ID.replace("/nodes", "/pods")
API = SUBNET_ID.replace("/nodes", "/api")
VNET = SUBNET_ID.rsplit("/subnets", 1)[0]
ZONE = f"{NETWORK_ID}/privateDnsZones/privatelink.westeurope.azmk8s.io"
DNS = f"{NETWORK_ID}/dnsZones/shop.example"
NAT = f"{NETWORK_ID}/natGateways/nat"
PREFIX = f"{NETWORK_ID}/publicIPPrefixes/out"
NODE_PREFIX = f"{NETWORK_ID}/publicIPPrefixes/nodes"
PPG, HOSTS = f"{COMPUTE}/proximityPlacementGroups/near", f"{COMPUTE}/hostGroups/hosts"
RESERVED, DES = f"{COMPUTE}/capacityReservationGroups/kept", f"{COMPUTE}/diskEncryptionSets/des"
VAULT = f"{SHARED_ID}/providers/Microsoft.KeyVault/vaults/kv-prod"
SUBSCRIPTION_ID = f"/subscriptions/{SUBSCRIPTION}"
ACCEPTED = Target(registries=())


def all_rights(world: dict[str, Any]) -> dict[str, Any]:
    """The old principal works by one wide role, as so many do, and pulls from the registry."""
    wide = {"principal": "sp-prod", "role": "Contributor", "scope": SUBSCRIPTION_ID}
    return world | {"role_assignments": [wide, world["role_assignments"][1]]}


async def planned(here: Connected, allow: AllowList = BY_DEFAULT) -> Plan:
    return await observe_and_plan(here.azure, ResourceId(CLUSTER_ID), Target(), allow)


def granted(here: Connected) -> set[tuple[str, str]]:
    """Role and scope of every grant that we have made."""
    names = {role.guid: role.name for role in KNOWN}
    made = [one for one in here.simulator.journal if one.method == "PUT" and "/roleAssignments/" in one.path]
    return {
        (
            names[one.request_body["properties"]["roleDefinitionId"].rsplit("/", 1)[-1]],
            one.path.split("/providers/Microsoft.Authorization")[0],
        )
        for one in made
    }


NC = "Network Contributor"
REFERENCES: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "subnet": ({}, {(NC, SUBNET_ID)}),
    "pod subnet": (
        {"node_pools": [pool("system", pod_subnet=PODS)]},
        {(NC, SUBNET_ID), (NC, PODS)},
    ),
    "API server subnet": ({"network": {"api_server_subnet": API}}, {(NC, SUBNET_ID), (NC, API)}),
    "route table": ({"network": {"route_table": ROUTE_TABLE_ID}}, {(NC, SUBNET_ID), (NC, ROUTE_TABLE_ID)}),
    "NAT gateway": ({"network": {"nat_gateway": NAT}}, {(NC, SUBNET_ID), (NC, NAT)}),
    "outbound IP": ({"network": {"outbound_public_ips": [PUBLIC_IP_ID]}}, {(NC, SUBNET_ID), (NC, PUBLIC_IP_ID)}),
    "outbound prefix": ({"network": {"outbound_ip_prefixes": [PREFIX]}}, {(NC, SUBNET_ID), (NC, PREFIX)}),
    "node prefix": (
        {"node_pools": [pool("system", node_public_ip_prefix=NODE_PREFIX)]},
        {(NC, SUBNET_ID), (NC, NODE_PREFIX)},
    ),
    "private DNS zone": (
        {"network": {"private_dns_zone": ZONE}},
        {(NC, VNET), ("Private DNS Zone Contributor", ZONE)},
    ),
    "disk encryption set": ({"disk_encryption_set": DES}, {(NC, SUBNET_ID), ("Reader", DES)}),
    "key of etcd": (
        {"kms": {"vault": "kv-prod", "network_access": "Public"}},
        {(NC, SUBNET_ID), ("Key Vault Crypto User", VAULT)},
    ),
    "private key of etcd": (
        {"kms": {"vault": "kv-prod", "network_access": "Private"}},
        {(NC, SUBNET_ID), ("Key Vault Crypto User", VAULT), ("Key Vault Contributor", VAULT)},
    ),
    "proximity placement group": (
        {"node_pools": [pool("system", proximity_placement_group=PPG)]},
        {(NC, SUBNET_ID), ("Contributor", PPG)},
    ),
    "capacity reservation": (
        {"node_pools": [pool("system", capacity_reservation_group=RESERVED)]},
        {(NC, SUBNET_ID), ("Contributor", RESERVED)},
    ),
    "dedicated hosts": (
        {"node_pools": [pool("system", host_group=HOSTS)]},
        {(NC, SUBNET_ID), ("Contributor", HOSTS)},
    ),
}
KEPT = {"key_vaults": [{"name": "kv-prod", "resource_group": "rg-shared", "mode": "rbac"}]}


@pytest.mark.parametrize("kind", REFERENCES)
async def test_each_reference(connect: Connect, kind: str) -> None:
    """What the cluster uses is granted to its new identity, on the thing itself; nothing breaks, nothing is wider."""
    changes, expected = REFERENCES[kind]
    here = await connect(all_rights(one_cluster(**changes)) | KEPT)
    plan = await migrate(here, target=ACCEPTED)
    assert not plan.blocked
    assert the_cluster(here)["arm"]["identity"]["type"] == "UserAssigned"
    assert granted(here) == {*expected, ("AcrPull", REGISTRY_ID)}


async def test_a_vault_with_access_policies(connect: Connect) -> None:
    """Where a policy of the vault must name the identity, it is made so that somebody can, and then waited for."""
    vault = {"name": "kv-prod", "resource_group": "rg-shared", "mode": "access_policies"}
    world = all_rights(one_cluster(kms={"vault": "kv-prod", "network_access": "Public"})) | {"key_vaults": [vault]}
    here = await connect(world)
    plan = await migrate(here, target=ACCEPTED)
    assert [finding.code for finding in plan.findings if finding.severity == "blocks"] == ["VaultAccessPolicy"]
    writes = [one.path for one in here.simulator.journal if one.method == "PUT"]
    assert len(writes) == 1
    assert "/userAssignedIdentities/" in writes[0]


async def test_a_vault_policy_that_names_the_identity(connect: Connect) -> None:
    """Once it does, the cluster is moved."""
    policy = {"principal": f"id-{CLUSTER}", "permissions": {"keys": ["get", "encrypt", "decrypt"]}}
    vault = {"name": "kv-prod", "resource_group": "rg-shared", "mode": "access_policies", "policies": [policy]}
    world = all_rights(one_cluster(kms={"vault": "kv-prod", "network_access": "Public"})) | {"key_vaults": [vault]}
    here = await connect(world | {"user_assigned_identities": [{"name": f"id-{CLUSTER}", "resource_group": GROUP}]})
    assert not (await migrate(here, target=ACCEPTED)).blocked


ADDONS: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "omsagent": (
        {"addons": ["omsagent"]},
        {("Monitoring Metrics Publisher", "the cluster")},
    ),
    "omsagent with Entra": ({"addons": [{"name": "omsagent", "config": {"useAADAuth": "true"}}]}, set()),
    "application gateway": (
        {"addons": ["ingressApplicationGateway"]},
        {(NC, f"{SUBSCRIPTION_ID}/resourceGroups/{GROUP}")},
    ),
    "application gateway in a subnet": (
        {"addons": [{"name": "ingressApplicationGateway", "config": {"subnetId": API}}]},
        {(NC, API)},
    ),
    "virtual nodes": ({"addons": ["aciConnectorLinux"]}, {("Contributor", VNET)}),
    "application routing": (
        {"web_app_routing": {"dns_zones": [DNS, ZONE]}},
        {("DNS Zone Contributor", DNS), ("Private DNS Zone Contributor", ZONE)},
    ),
    "policy and secrets provider": ({"addons": ["azurepolicy", "azureKeyvaultSecretsProvider"]}, set()),
}


@pytest.mark.parametrize("kind", ADDONS)
async def test_each_add_on(connect: Connect, kind: str) -> None:
    """After the switch each add-on's identity gets what the Azure CLI, or the article, gives it."""
    changes, expected = ADDONS[kind]
    here = await connect(all_rights(one_cluster(**changes)), pace=UNHURRIED)
    await migrate(here, target=ACCEPTED)
    here.simulator.advance(4 * 3600)
    plain = {(NC, SUBNET_ID), ("AcrPull", REGISTRY_ID)}
    itself = the_cluster(here)["id"].lower()
    got = {(role, "the cluster" if scope.lower() == itself else scope) for role, scope in granted(here) - plain}
    assert {(role, scope.lower()) for role, scope in got} == {(role, scope.lower()) for role, scope in expected}


READ_BILLING = {"principal": "sp-prod", "role": "Reader", "scope": f"{SUBSCRIPTION_ID}/resourceGroups/rg-billing"}
COPYING = allow_list(copied=("Reader", "Owner", "Contributor", "User Access Administrator"))


async def test_roles_that_the_allow_list_names_are_copied(connect: Connect) -> None:
    """A role of the old principal goes over where the operator says so; without that it is named, and stays."""
    world = one_cluster()
    here = await connect(world | {"role_assignments": [*world["role_assignments"], READ_BILLING]})
    await migrate(here, allow=COPYING, target=ACCEPTED)
    assert ("Reader", READ_BILLING["scope"]) in granted(here)
    other = await connect(world | {"role_assignments": [*world["role_assignments"], READ_BILLING]})
    first = await planned(other)
    assert any("holds Reader on resource group rg-billing" in one.evidence for one in first.findings)


@pytest.mark.parametrize("role", ["Owner", "Contributor", "User Access Administrator"])
async def test_what_is_never_copied(connect: Connect, role: str) -> None:
    """Not even the allow-list hands out the right to grant, everything, or Contributor on a resource group."""
    world = one_cluster()
    held = {"principal": "sp-prod", "role": role, "scope": f"{SUBSCRIPTION_ID}/resourceGroups/rg-billing"}
    here = await connect(world | {"role_assignments": [*world["role_assignments"], held]})
    await migrate(here, allow=COPYING, target=ACCEPTED)
    assert granted(here) == {(NC, SUBNET_ID), ("AcrPull", REGISTRY_ID)}


async def test_an_assignment_with_a_condition_is_not_copied(connect: Connect) -> None:
    """A condition speaks of its own principal; without it the role would be wider than it was."""
    world = one_cluster()
    held = READ_BILLING | {"condition": "@Resource[x] StringEquals 'y'"}
    here = await connect(world | {"role_assignments": [*world["role_assignments"], held]})
    found = (await planned(here, allow=COPYING)).findings
    assert any("its condition can't be carried over" in one.evidence for one in found)


async def test_a_shared_principal_is_not_copied(connect: Connect) -> None:
    """What several clusters share would give each the union of all their rights: it is named, and stays."""
    world = one_cluster(clusters=[cluster(), cluster("prod-weu-02")])
    here = await connect(world | {"role_assignments": [*world["role_assignments"], READ_BILLING]})
    found = (await planned(here, allow=COPYING)).findings
    assert any("1 other clusters use the same principal" in one.evidence for one in found)


async def test_roles_through_groups_count(connect: Connect) -> None:
    """What the old principal may do through a group is seen: from where its nodes pull, for one."""
    world = one_cluster() | {"groups": [{"name": "pullers", "members": ["sp-prod"]}]}
    world["role_assignments"][1]["principal"] = "pullers"
    here = await connect(world)
    await migrate(here)
    assert ("AcrPull", REGISTRY_ID) in granted(here)


async def test_an_object_id_stands_in_for_a_closed_directory(connect: Connect) -> None:
    """Where Graph is closed, the object id that the target tells is enough to take the roles over."""
    world = closed_graph()
    blocked = await connect(world)
    assert "OldPrincipalUnknown" in {finding.code for finding in (await planned(blocked)).findings}
    here = await connect(world)
    known = KnownPrincipal(client_id=SP_CLIENT_ID, object_id=SP_OBJECT_ID)
    plan = await migrate(here, target=Target(service_principals=(known,)))
    assert not plan.blocked
    assert granted(here) == {(NC, SUBNET_ID), ("AcrPull", REGISTRY_ID)}


def closed_graph() -> dict[str, Any]:
    world = one_cluster()
    return world | {
        "service_principals": [*world["service_principals"], {"name": "sp-runner"}],
        "role_assignments": [
            *world["role_assignments"],
            {"principal": "sp-runner", "role": "Owner", "scope": SUBSCRIPTION_ID},
        ],
        "runner": {"principal": "sp-runner", "graph": False},
    }


EXTRA = ExtraRole(principal="azureKeyvaultSecretsProvider", role="Key Vault Secrets User", scope=VAULT)


async def test_an_extra_role_at_any_scope(connect: Connect) -> None:
    """What the target asks for is granted: before the switch if the principal exists, right after it if not."""
    mine = ExtraRole(role="Key Vault Secrets User", scope=VAULT)
    here = await connect(one_cluster(addons=["azureKeyvaultSecretsProvider"]))
    await migrate(here, target=Target(extra_roles=(mine, EXTRA)))
    made = [one for one in here.simulator.journal if one.method == "PUT" and one.path.startswith(VAULT)]
    assert len({one.request_body["properties"]["principalId"] for one in made}) == 2


@pytest.mark.dry_run
@pytest.mark.parametrize(
    ("role", "scope", "told"),
    [
        ("Storage Account Contributor", SHARED_ID, "does not contain"),
        ("Contributor", SHARED_ID, "Contributor on a resource group or above"),
        ("Owner", VAULT, "it may grant roles"),
    ],
)
async def test_an_extra_role_outside_the_allow_list(connect: Connect, role: str, scope: str, told: str) -> None:
    """A run can't ask for more than the operator allows, nor for what no cluster ever gets."""
    here = await connect(one_cluster())
    plan = await migrate(here, target=Target(extra_roles=(ExtraRole(role=role, scope=scope),)))
    assert plan.blocked
    assert any(told in one.describe() for one in plan.findings if one.code == "RoleNotAllowed")


@pytest.mark.dry_run
async def test_a_narrower_allow_list_blocks_with_the_role_named(connect: Connect) -> None:
    """An operator who forbids a role that the cluster needs learns which, and where; nothing is begun."""
    here = await connect(one_cluster())
    without = allow_list(tuple(role for role in GRANTED_BY_DEFAULT if role != NC))
    plan = await migrate(here, allow=without)
    assert any(f"needs {NC} on nodes" in one.evidence for one in plan.findings if one.code == "RoleNotAllowed")


async def test_nothing_of_the_old_principal_is_copied_after_the_switch(connect: Connect) -> None:
    """A role that the old principal gets once the cluster has left it concerns nobody."""
    here = await connect(one_cluster())
    await migrate(here, allow=COPYING)
    before = granted(here)
    await here.azure.assign_role(ResourceId(READ_BILLING["scope"].replace("rg-billing", GROUP)), READER, SP_OBJECT_ID)
    await migrate(here, allow=COPYING)
    assert granted(here) - before == {("Reader", f"{SUBSCRIPTION_ID}/resourceGroups/{GROUP}")}
