"""What the control plane uses, and what becomes of a switch that leaves out a right on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.clients import NETWORK_CONTRIBUTOR, ROLES, Clients, clients
from tests.worlds import NETWORK_ID, SHARED_ID, SUBNET_ID, one_cluster, pool

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.azure_fixture import SimulatorFactory

HOUR = 3600
READER = ROLES + "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = ROLES + "b24988ac-6180-42a0-ab88-20f7382dd24c"
ZONE_CONTRIBUTOR = ROLES + "b12aa53e-6015-4669-85d0-8515ebb3ae7f"
CRYPTO_USER = ROLES + "12338af0-0e69-4776-bea7-57ae8d297424"
ENCRYPTION_USER = ROLES + "e147488a-f6f5-4113-8e2d-b22465e65bf6"
VAULT_CONTRIBUTOR = ROLES + "f25e0fa2-a7c8-4377-a976-54943a77a395"

COMPUTE = f"{SHARED_ID}/providers/Microsoft.Compute"
NETWORK = f"{NETWORK_ID}/virtualNetworks/vnet"
POD_SUBNET, API_SUBNET = f"{NETWORK}/subnets/pods", f"{NETWORK}/subnets/api-server"
NAT_GATEWAY = f"{NETWORK_ID}/natGateways/egress"
PREFIX, NODE_PREFIX = f"{NETWORK_ID}/publicIPPrefixes/egress", f"{NETWORK_ID}/publicIPPrefixes/nodes"
ZONE = f"{NETWORK_ID}/privateDnsZones/privatelink.westeurope.azmk8s.io"
ENCRYPTION_SET = f"{COMPUTE}/diskEncryptionSets/des"
NEAR = f"{COMPUTE}/proximityPlacementGroups/near"
RESERVED = f"{COMPUTE}/capacityReservationGroups/kept"
HOSTS = f"{COMPUTE}/hostGroups/hosts"
VAULT = f"{SHARED_ID}/providers/Microsoft.KeyVault/vaults/kv-prod"

NETWORKS = {
    "pod subnet": ({"node_pools": [pool("system", pod_subnet=POD_SUBNET)]}, POD_SUBNET),
    "API server subnet": ({"network": {"api_server_subnet": API_SUBNET}}, API_SUBNET),
    "NAT gateway": ({"network": {"nat_gateway": NAT_GATEWAY}}, NAT_GATEWAY),
    "prefix": ({"network": {"outbound_ip_prefixes": [PREFIX]}}, PREFIX),
    "prefix of nodes": ({"node_pools": [pool("system", node_public_ip_prefix=NODE_PREFIX)]}, NODE_PREFIX),
}
OTHERS = {
    "disk encryption set": ({"disk_encryption_set": ENCRYPTION_SET}, ENCRYPTION_SET, READER),
    "placement group": ({"node_pools": [pool("system", proximity_placement_group=NEAR)]}, NEAR, CONTRIBUTOR),
    "reservation": ({"node_pools": [pool("system", capacity_reservation_group=RESERVED)]}, RESERVED, CONTRIBUTOR),
    "host group": ({"node_pools": [pool("system", host_group=HOSTS)]}, HOSTS, CONTRIBUTOR),
}


async def switched(azure: Clients, simulator: Any, grants: Iterable[tuple[str, str]]) -> None:
    """Switch to an identity that holds the subnet and these roles, in effect."""
    identity = await azure.identity()
    for role, scope in ((NETWORK_CONTRIBUTOR, SUBNET_ID), *grants):
        await azure.grant(identity.principal_id, role, scope)
    simulator.advance(HOUR)
    await azure.switch(identity.id)
    simulator.advance(HOUR)


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.expects_incidents("NetworkUnauthorized")
async def test_every_part_of_the_network_is_needed(simulate: SimulatorFactory, kind: str) -> None:
    """Without a right on it the switch is an incident, which names it."""
    changes, resource = NETWORKS[kind]
    simulator = simulate(one_cluster(pulls_from=[], **changes), pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator, [])
    [incident] = simulator.incidents
    assert resource in incident.cause


@pytest.mark.parametrize("kind", NETWORKS)
async def test_network_contributor_is_enough_for_each(simulate: SimulatorFactory, kind: str) -> None:
    """With the role on it there is none."""
    changes, resource = NETWORKS[kind]
    simulator = simulate(one_cluster(pulls_from=[], **changes), pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator, [(NETWORK_CONTRIBUTOR, resource)])


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.expects_incidents("ControlPlaneUnauthorized")
async def test_everything_else_is_needed(simulate: SimulatorFactory, kind: str) -> None:
    """Without a right on a resource beside the network the switch is an incident of another kind."""
    changes, resource, _ = OTHERS[kind]
    simulator = simulate(one_cluster(pulls_from=[], **changes), pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator, [])
    [incident] = simulator.incidents
    assert resource in incident.cause


@pytest.mark.parametrize("kind", OTHERS)
async def test_the_documented_role_is_enough_for_each(simulate: SimulatorFactory, kind: str) -> None:
    """With the role that Microsoft Learn names there is none."""
    changes, resource, role = OTHERS[kind]
    simulator = simulate(one_cluster(pulls_from=[], **changes), pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator, [(role, resource)])


@pytest.mark.parametrize("on_the_network", [True, False])
async def test_a_private_zone_is_linked_to_the_network(
    simulate: SimulatorFactory, request: pytest.FixtureRequest, *, on_the_network: bool
) -> None:
    """The zone's role alone passes AKS's check, and leaves the network that it is linked to."""
    if not on_the_network:
        request.node.add_marker(pytest.mark.expects_incidents("ControlPlaneUnauthorized"))
    roles = {"principal": "sp-prod", "role": "Private DNS Zone Contributor", "scope": ZONE}
    world = one_cluster(pulls_from=[], network={"private_dns_zone": ZONE}, role_assignments=[roles])
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        grants = [(ZONE_CONTRIBUTOR, ZONE), *([(NETWORK_CONTRIBUTOR, NETWORK)] if on_the_network else [])]
        await switched(azure, simulator, grants)


@pytest.mark.expects_incidents("ControlPlaneUnauthorized", "NetworkUnauthorized")
async def test_a_zone_whose_grant_is_taken_away_is_seen_at_once(simulate: SimulatorFactory) -> None:
    """It is not a switch alone that can lose a right."""
    roles = [{"principal": "sp-prod", "role": "Contributor", "scope": f"/subscriptions/{ZONE.split('/')[2]}"}]
    simulator = simulate(one_cluster(pulls_from=[], network={"private_dns_zone": ZONE}, role_assignments=roles), pace=1)
    async with clients(simulator) as azure:
        [grant] = [item async for item in azure.authorization.role_assignments.list_for_scope(ZONE, filter="atScope()")]
        await azure.authorization.role_assignments.delete_by_id(grant.id)
    simulator.advance(1)
    assert any(ZONE in i.cause for i in simulator.incidents if i.kind == "ControlPlaneUnauthorized")


@pytest.mark.parametrize(
    ("access", "roles", "works"),
    [
        ("Public", [CRYPTO_USER], True),
        ("Public", [], False),
        # roles that do not let anybody encrypt and decrypt: an owner of the vault is none of its keys' users
        ("Public", [ENCRYPTION_USER], False),
        ("Public", [CONTRIBUTOR, VAULT_CONTRIBUTOR], False),
        ("Private", [CRYPTO_USER, VAULT_CONTRIBUTOR], True),
        ("Private", [CRYPTO_USER], False),
    ],
)
async def test_a_vault_with_azure_roles_wants_a_user_of_its_keys(
    simulate: SimulatorFactory, request: pytest.FixtureRequest, access: str, roles: list[str], *, works: bool
) -> None:
    """KMS needs Key Vault Crypto User; a private vault also Key Vault Contributor."""
    if not works:
        request.node.add_marker(pytest.mark.expects_incidents("ControlPlaneUnauthorized"))
    vaults = [{"name": "kv-prod", "resource_group": "rg-shared"}]
    kms = {"vault": "kv-prod", "network_access": access}
    simulator = simulate(one_cluster(pulls_from=[], key_vaults=vaults, kms=kms), pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator, [(role, VAULT) for role in roles])


@pytest.mark.parametrize(
    ("keys", "works"), [(["encrypt", "decrypt"], True), (["all"], True), (["get", "encrypt"], False), ([], False)]
)
async def test_a_vault_with_policies_listens_to_them_alone(
    simulate: SimulatorFactory, request: pytest.FixtureRequest, keys: list[str], *, works: bool
) -> None:
    """A policy that permits encrypt and decrypt is needed; the role does not help there."""
    if not works:
        request.node.add_marker(pytest.mark.expects_incidents("ControlPlaneUnauthorized"))
    policies = [{"principal": "id-prod", "permissions": {"keys": keys}}]
    vault = {"name": "kv-prod", "resource_group": "rg-shared", "mode": "access_policies", "policies": policies}
    identities = [{"name": "id-prod", "resource_group": "rg-prod"}]
    world = one_cluster(
        pulls_from=[], key_vaults=[vault], kms={"vault": "kv-prod"}, user_assigned_identities=identities
    )
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator, [(CRYPTO_USER, VAULT)])


async def test_a_policy_may_be_for_a_group(simulate: SimulatorFactory) -> None:
    """Its members use the keys, and so does an identity that is among them."""
    policies = [{"principal": "key-users", "permissions": {"keys": ["encrypt", "decrypt"]}}]
    vault = {"name": "kv-prod", "resource_group": "rg-shared", "mode": "access_policies", "policies": policies}
    world = one_cluster(
        pulls_from=[],
        key_vaults=[vault],
        kms={"vault": "kv-prod"},
        user_assigned_identities=[{"name": "id-prod", "resource_group": "rg-prod"}],
        groups=[{"name": "key-users", "members": ["id-prod"]}],
    )
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator, [])


async def test_what_the_old_identity_lacked_at_the_start_is_excused(simulate: SimulatorFactory) -> None:
    """A cluster that is left alone has no incident, whatever its service principal may not do."""
    changes = {name: value for described, *_ in OTHERS.values() for name, value in described.items()}
    simulator = simulate(one_cluster(pulls_from=[], role_assignments=[], **changes), pace=1)
    simulator.advance(HOUR)
    assert simulator.state()["broken_at_the_start"]
