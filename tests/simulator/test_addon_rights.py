"""What add-ons need once they run as identities of their own, and until when somebody misses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.clients import NETWORK_CONTRIBUTOR, ROLES, Clients, clients
from tests.worlds import CLUSTER_ID, GROUP, NETWORK_ID, SUBNET_ID, SUBSCRIPTION, one_cluster

if TYPE_CHECKING:
    from simulator import Simulator
    from tests.azure_fixture import SimulatorFactory

HOUR = 3600
METRICS_PUBLISHER = ROLES + "3913510d-42f4-4e42-8a64-420c390055eb"
DNS_CONTRIBUTOR = ROLES + "befefa01-2a29-4197-83a8-272ff33ce314"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
NETWORK = f"{NETWORK_ID}/virtualNetworks/vnet"
GATEWAY_SUBNET = f"{NETWORK}/subnets/gateway"
ADDONS: dict[str, tuple[Any, str, str]] = {
    "monitoring": ("omsagent", METRICS_PUBLISHER, CLUSTER_ID),
    "gateway": ("ingressApplicationGateway", NETWORK_CONTRIBUTOR, GROUP_ID),
    "gateway in a subnet": (
        {"name": "ingressApplicationGateway", "config": {"subnetId": GATEWAY_SUBNET}},
        NETWORK_CONTRIBUTOR,
        GATEWAY_SUBNET,
    ),
    "gateway in a network": (
        {"name": "ingressApplicationGateway", "config": {"subnetCIDR": "10.2.0.0/16"}},
        NETWORK_CONTRIBUTOR,
        NETWORK,
    ),
    "virtual node": (
        {"name": "aciConnectorLinux", "config": {"SubnetName": "virtual-nodes"}},
        NETWORK_CONTRIBUTOR,
        f"{NETWORK}/subnets/virtual-nodes",
    ),
}
"""An add-on, and the role on the scope that Azure CLI 2.91.0 grants it."""


async def switched(azure: Clients, simulator: Simulator) -> dict[str, Any]:
    """Switch with all that the control plane needs, and wait for the end; gives the add-ons."""
    identity = await azure.identity()
    await azure.grant(identity.principal_id, NETWORK_CONTRIBUTOR, SUBNET_ID)
    simulator.advance(HOUR)
    await azure.switch(identity.id)
    simulator.advance(HOUR / 4)
    return (await azure.cluster()).properties.addon_profiles


@pytest.mark.parametrize("kind", ADDONS)
@pytest.mark.expects_incidents("AddonUnauthorized")
async def test_an_addon_without_its_role_is_missed_after_a_while(simulate: SimulatorFactory, kind: str) -> None:
    """It counts from `timing.addon_patience` after the identity was made, and not before."""
    addon, _, _ = ADDONS[kind]
    simulator = simulate(one_cluster(pulls_from=[], addons=[addon], timing={"addon_patience": "3h"}), pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator)
    simulator.advance(2.5 * HOUR)
    assert simulator.incidents == []
    simulator.advance(HOUR)
    assert [incident.kind for incident in simulator.incidents] == ["AddonUnauthorized"]


@pytest.mark.parametrize("kind", ADDONS)
async def test_a_role_within_that_time_is_enough(simulate: SimulatorFactory, kind: str) -> None:
    """Granted to the identity that the switch has made, it is in effect in time."""
    addon, role, scope = ADDONS[kind]
    simulator = simulate(one_cluster(pulls_from=[], addons=[addon]), pace=1)
    async with clients(simulator) as azure:
        [profile] = (await switched(azure, simulator)).values()
        await azure.grant(profile.identity.object_id, role, scope)
    simulator.advance(10 * HOUR)


@pytest.mark.parametrize(
    "addon",
    [
        "azurepolicy",
        "azureKeyvaultSecretsProvider",
        {"name": "omsagent", "config": {"useAADAuth": "true"}},
        "aciConnectorLinux",
    ],
)
async def test_other_addons_need_no_role(simulate: SimulatorFactory, addon: Any) -> None:
    """Monitoring with Entra authentication, a virtual node without a subnet, and those that Azure CLI leaves out."""
    simulator = simulate(one_cluster(pulls_from=[], addons=[addon]), pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator)
    simulator.advance(10 * HOUR)


@pytest.mark.parametrize("kind", ["dnsZones", "privateDnsZones"])
@pytest.mark.expects_incidents("AddonUnauthorized")
async def test_web_app_routing_has_had_its_rights_and_can_lose_them(simulate: SimulatorFactory, kind: str) -> None:
    """Its identity is older than the world: what is taken away from it counts at once."""
    zone = f"{NETWORK_ID}/{kind}/shop.example"
    role = "DNS Zone Contributor" if kind == "dnsZones" else "Private DNS Zone Contributor"
    grants = [{"principal": "addon:prod-weu-01:webAppRouting", "role": role, "scope": zone}]
    world = one_cluster(pulls_from=[], role_assignments=grants, web_app_routing={"dns_zones": [zone]})
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        listed = azure.authorization.role_assignments.list_for_scope(zone, filter="atScope()")
        [grant] = [item async for item in listed]
        assert simulator.incidents == []
        await azure.authorization.role_assignments.delete_by_id(grant.id)
    simulator.advance(1)
    [incident] = simulator.incidents
    assert zone in incident.cause


async def test_a_switch_changes_nothing_for_web_app_routing(simulate: SimulatorFactory) -> None:
    """It keeps the identity and the rights that it has had."""
    zone = f"{NETWORK_ID}/dnsZones/shop.example"
    grants = [{"principal": "addon:prod-weu-01:webAppRouting", "role": "DNS Zone Contributor", "scope": zone}]
    world = one_cluster(pulls_from=[], role_assignments=grants, web_app_routing={"dns_zones": [zone]})
    simulator = simulate(world, pace=1)
    async with clients(simulator) as azure:
        before = (await azure.cluster()).properties.ingress_profile.web_app_routing.identity.object_id
        await switched(azure, simulator)
        after = (await azure.cluster()).properties.ingress_profile.web_app_routing.identity.object_id
    simulator.advance(10 * HOUR)
    assert before == after


@pytest.mark.foreign_client("enables application routing without If-Match")
@pytest.mark.expects_incidents("AddonUnauthorized")
async def test_web_app_routing_that_is_enabled_later_gets_an_identity(simulate: SimulatorFactory) -> None:
    """At the end of the PUT that enables it, like an add-on."""
    zone = f"{NETWORK_ID}/dnsZones/shop.example"
    simulator = simulate(one_cluster(pulls_from=[]), pace=1)
    async with clients(simulator) as azure:
        document = await azure.cluster()
        routing = {"enabled": True, "dnsZoneResourceIds": [zone]}
        document["properties"]["ingressProfile"] = {"webAppRouting": routing}
        await azure.put(document)
        assert "identity" not in simulator.journal[-1].response_body["properties"]["ingressProfile"]["webAppRouting"]
        simulator.advance(HOUR)
        assert (await azure.cluster()).properties.ingress_profile.web_app_routing.identity.object_id
    simulator.advance(2 * HOUR)


async def test_what_addons_of_migrated_clusters_hold_can_be_said(simulate: SimulatorFactory) -> None:
    """A world gives roles to add-ons that have identities from the start; then nothing is broken there."""
    grants = [
        {"principal": "addon:prod-weu-01:omsagent", "role": "Monitoring Metrics Publisher", "scope": CLUSTER_ID},
        {"principal": "cluster:prod-weu-01", "role": "Network Contributor", "scope": SUBNET_ID},
    ]
    identity = {"system_assigned": True}
    world = one_cluster(pulls_from=[], addons=["omsagent"], identity=identity, role_assignments=grants)
    simulator = simulate(world, pace=1)
    simulator.advance(10 * HOUR)
    assert simulator.state()["broken_at_the_start"] == []


async def test_what_addons_of_migrated_clusters_lack_is_excused(simulate: SimulatorFactory) -> None:
    """A cluster whose add-ons have identities from the start, and no roles, was so before anybody came."""
    world = one_cluster(pulls_from=[], addons=["omsagent"], identity={"system_assigned": True})
    simulator = simulate(world, pace=1)
    simulator.advance(10 * HOUR)
    kinds = {episode[1] for episode in simulator.state()["broken_at_the_start"]}
    assert "AddonUnauthorized" in kinds
