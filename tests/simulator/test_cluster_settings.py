"""What a world says of a cluster is shown under ARM's own names, and fits the SDK's models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.rest import HttpRequest

from simulator import WorldError, load_world
from tests.simulator.clients import clients
from tests.worlds import NETWORK_ID, NODE_GROUP_ID, SHARED_ID, SUBNET_ID, one_cluster, pool

if TYPE_CHECKING:
    from tests.azure_fixture import SimulatorFactory

COMPUTE = f"{SHARED_ID}/providers/Microsoft.Compute"
POD_SUBNET = f"{NETWORK_ID}/virtualNetworks/vnet/subnets/pods"
API_SUBNET = f"{NETWORK_ID}/virtualNetworks/vnet/subnets/api-server"
NAT_GATEWAY = f"{NETWORK_ID}/natGateways/egress"
PREFIX = f"{NETWORK_ID}/publicIPPrefixes/nodes"
ZONE = f"{NETWORK_ID}/dnsZones/shop.example"
VAULTS = [{"name": "kv-prod", "resource_group": "rg-shared"}]


async def shown(simulate: SimulatorFactory, **changes: Any) -> Any:
    """The properties of a cluster as the SDK reads them, on the wire's terms."""
    async with clients(simulate(one_cluster(pulls_from=[], **changes))) as azure:
        return (await azure.cluster()).as_dict()["properties"]


@pytest.mark.parametrize(
    ("setting", "value", "name"),
    [
        ("pod_subnet", POD_SUBNET, "podSubnetID"),
        ("node_public_ip_prefix", PREFIX, "nodePublicIPPrefixID"),
        ("proximity_placement_group", f"{COMPUTE}/proximityPlacementGroups/near", "proximityPlacementGroupID"),
        ("capacity_reservation_group", f"{COMPUTE}/capacityReservationGroups/kept", "capacityReservationGroupID"),
        ("host_group", f"{COMPUTE}/hostGroups/hosts", "hostGroupID"),
        ("availability", "AvailabilitySet", "type"),
        ("state", "Failed", "provisioningState"),
    ],
)
async def test_a_pool_shows_what_it_is_made_of(simulate: SimulatorFactory, setting: str, value: str, name: str) -> None:
    """Each setting of a pool has its property, on this pool alone."""
    properties = await shown(simulate, node_pools=[pool("system"), pool("user", **{setting: value})])
    plain, set_up = properties["agentPoolProfiles"]
    assert set_up[name] == value
    assert plain.get(name) != value


@pytest.mark.parametrize(
    ("changes", "path", "value"),
    [
        ({"disk_encryption_set": f"{COMPUTE}/diskEncryptionSets/des"}, "diskEncryptionSetID", None),
        ({"pod_identity": True}, "podIdentityProfile.enabled", True),
        ({"node_provisioning": "Auto"}, "nodeProvisioningProfile.mode", "Auto"),
        ({"run_command_disabled": True}, "apiServerAccessProfile.disableRunCommand", True),
        ({"state": "Failed"}, "provisioningState", "Failed"),
        ({"network": {"api_server_subnet": API_SUBNET}}, "apiServerAccessProfile.subnetId", API_SUBNET),
        ({"network": {"api_server_subnet": API_SUBNET}}, "apiServerAccessProfile.enableVnetIntegration", True),
        ({"network": {"nat_gateway": NAT_GATEWAY}}, "networkProfile.outboundType", "userAssignedNATGateway"),
        (
            {"network": {"outbound_ip_prefixes": [PREFIX]}},
            "networkProfile.loadBalancerProfile.outboundIPPrefixes.publicIPPrefixes",
            [{"id": PREFIX}],
        ),
        ({"web_app_routing": {"dns_zones": [ZONE]}}, "ingressProfile.webAppRouting.dnsZoneResourceIds", [ZONE]),
    ],
)
async def test_a_cluster_shows_what_it_uses(
    simulate: SimulatorFactory, changes: dict[str, Any], path: str, value: Any
) -> None:
    """Each setting of a cluster has its property; without the setting it is not there, or another one."""
    expected = value if value is not None else next(iter(changes.values()))
    assert _at(await shown(simulate, **changes), path) == expected
    assert _at(await shown(simulate), path) != expected


async def test_subnets_show_what_routes_their_egress(simulate: SimulatorFactory) -> None:
    """A NAT gateway hangs on the subnets of nodes and pods, and not on that of the API server."""
    network = {"nat_gateway": NAT_GATEWAY, "api_server_subnet": API_SUBNET}
    world = one_cluster(pulls_from=[], network=network, node_pools=[pool("system", pod_subnet=POD_SUBNET)])
    async with clients(simulate(world)) as azure:
        answers = [await azure.aks.send_request(HttpRequest("GET", s)) for s in (SUBNET_ID, POD_SUBNET, API_SUBNET)]
    gateways = [answer.json()["properties"].get("natGateway") for answer in answers]
    assert gateways == [{"id": NAT_GATEWAY}, {"id": NAT_GATEWAY}, None]


@pytest.mark.parametrize("access", ["Public", "Private"])
async def test_kms_names_its_key_and_only_a_private_vault(simulate: SimulatorFactory, access: str) -> None:
    """The key is a URL in the vault; the vault's id is there only where it is reached over a private link."""
    properties = await shown(simulate, key_vaults=VAULTS, kms={"vault": "kv-prod", "network_access": access})
    kms = properties["securityProfile"]["azureKeyVaultKms"]
    assert kms["enabled"]
    assert kms["keyVaultNetworkAccess"] == access
    assert kms["keyId"].startswith("https://kv-prod.vault.azure.net/keys/")
    vault = f"{SHARED_ID}/providers/Microsoft.KeyVault/vaults/kv-prod"
    assert kms.get("keyVaultResourceId") == (vault if access == "Private" else None)


@pytest.mark.parametrize("identity", [{"service_principal": "sp-prod"}, {"system_assigned": True}])
async def test_web_app_routing_has_an_identity_from_the_start(
    simulate: SimulatorFactory, identity: dict[str, Any]
) -> None:
    """It is made in the node resource group, whatever the control plane runs as."""
    properties = await shown(simulate, web_app_routing={}, identity=identity)
    shown_identity = properties["ingressProfile"]["webAppRouting"]["identity"]
    made = f"{NODE_GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/webapprouting-prod-weu-01"
    assert shown_identity["resourceId"].lower() == made.lower()


async def test_addons_are_told_what_a_world_says(simulate: SimulatorFactory) -> None:
    """Monitoring's settings are laid over the usual ones, those of other add-ons replace them."""
    addons = [
        {"name": "omsagent", "config": {"useAADAuth": "true"}},
        {"name": "ingressApplicationGateway", "config": {"subnetCIDR": "10.2.0.0/16"}},
        "azurepolicy",
    ]
    profiles = (await shown(simulate, addons=addons))["addonProfiles"]
    assert profiles["omsagent"]["config"]["useAADAuth"] == "true"
    assert profiles["omsagent"]["config"]["logAnalyticsWorkspaceResourceID"].endswith("/workspaces/logs")
    assert profiles["ingressApplicationGateway"]["config"] == {"subnetCIDR": "10.2.0.0/16"}
    assert profiles["azurepolicy"]["enabled"]


async def test_a_precreated_kubelet_identity_is_there_from_the_start(simulate: SimulatorFactory) -> None:
    """ARM shows it, and nodes run as it."""
    identities = [{"name": name, "resource_group": "rg-prod"} for name in ("id-control", "id-kubelet")]
    identity = {"user_assigned": "id-control", "kubelet": "id-kubelet"}
    simulator = simulate(one_cluster(pulls_from=[], user_assigned_identities=identities, identity=identity))
    async with clients(simulator) as azure:
        kubelet = (await azure.cluster()).properties.identity_profile["kubeletidentity"]
    assert kubelet.resource_id.endswith("/id-kubelet")
    assert {node["kubelet"] for node in simulator.state()["clusters"][0]["nodes"]} == {kubelet.client_id}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"identity": {"system_assigned": True, "kubelet": "x"}},
            "clusters.0.identity: kubelet goes with user_assigned",
        ),
        (
            {"identity": {"user_assigned": "id", "kubelet": "x"}},
            "clusters.0.identity.kubelet: no user-assigned identity is named 'x'",
        ),
        ({"kms": {"vault": "x"}}, "clusters.0.kms.vault: no key vault is named 'x'"),
        (
            {"network": {"nat_gateway": NAT_GATEWAY}, "node_pools": [{"name": "system"}]},
            "clusters.0.network.nat_gateway: a NAT gateway hangs on a subnet, and no node pool has one",
        ),
        (
            {"node_pools": [{"name": "system", "pod_subnet": POD_SUBNET}]},
            "clusters.0.node_pools.0.pod_subnet: pods have a subnet of their own only where nodes have one",
        ),
        ({"addons": ["omsagent", "omsagent"]}, "clusters.0.addons.1: 'omsagent' is there twice"),
        (
            {
                "key_vaults": [
                    {"name": "kv-x", "resource_group": "g", "mode": "access_policies", "policies": [{"principal": "x"}]}
                ]
            },
            "key_vaults.0.policies.0.principal: no principal is named 'x'",
        ),
        (
            {"role_assignments": [{"principal": "cluster:prod-weu-01", "role": "Reader", "scope": SUBNET_ID}]},
            "role_assignments.0.principal: no principal is named 'cluster:prod-weu-01'",
        ),
        (
            {"role_assignments": [{"principal": "addon:prod-weu-01:omsagent", "role": "Reader", "scope": SUBNET_ID}]},
            "role_assignments.0.principal: no principal is named 'addon:prod-weu-01:omsagent'",
        ),
    ],
)
def test_what_does_not_exist_is_told(changes: dict[str, Any], sentence: str) -> None:
    """A world that names what it does not have is refused with a sentence."""
    identities = [{"name": "id", "resource_group": "rg-prod"}]
    with pytest.raises(WorldError) as refused:
        load_world(one_cluster(user_assigned_identities=identities, **changes))
    assert str(refused.value) == sentence


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = (document or {}).get(name)
    return document
