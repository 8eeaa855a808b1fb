"""Small worlds for tests, as plain dictionaries."""

from typing import Any

TENANT = "7c1b6a52-3f0e-4b7d-9a55-2f6f0a1c9e11"
SUBSCRIPTION = "1b2f9a3c-5d4e-4c6b-8a7f-0e1d2c3b4a59"
GROUP = "rg-prod"
CLUSTER = "prod-weu-01"
CLUSTER_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{GROUP}"
    f"/providers/Microsoft.ContainerService/managedClusters/{CLUSTER}"
)
NODE_GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/MC_{GROUP}_{CLUSTER}_westeurope"
SP = "sp-prod"
SP_CLIENT_ID = "5a0f6f6e-1111-4222-8333-0123456789ab"
SP_OBJECT_ID = "5a0f6f6e-aaaa-4bbb-8ccc-0123456789ab"
NETWORK_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Network"
SUBNET_ID = f"{NETWORK_ID}/virtualNetworks/vnet/subnets/nodes"
ROUTE_TABLE_ID = f"{NETWORK_ID}/routeTables/egress"
PUBLIC_IP_ID = f"{NETWORK_ID}/publicIPAddresses/egress"
REGISTRY = "prodacr"
SHARED_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-shared"
REGISTRY_ID = f"{SHARED_ID}/providers/Microsoft.ContainerRegistry/registries/{REGISTRY}"
IDENTITY_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{GROUP}"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-prod"
)
FAMILY = "AKSUbuntu-2204gen2containerd"
OLD_IMAGE, NEW_IMAGE = "202610.05.0", "202611.02.0"


def pool(name: str, **changes: Any) -> dict[str, Any]:
    """A node pool on an old image in the subnet."""
    return {"name": name, "count": 3, "image": OLD_IMAGE, "subnet": SUBNET_ID} | changes


def cluster(name: str = CLUSTER, **changes: Any) -> dict[str, Any]:
    """A cluster on a service principal with its own subnet, two pools on an old image, and one registry."""
    return {
        "name": name,
        "resource_group": GROUP,
        "identity": {"service_principal": SP},
        "node_pools": [pool("system"), pool("user", mode="User", count=2)],
        "pulls_from": [REGISTRY],
        "one_pool_at_a_time": True,
    } | changes


def one_cluster(**changes: Any) -> dict[str, Any]:
    """A world of one cluster; changes named like keys of a cluster go there, the others to the world."""
    of_world = {"tenant", "starts_at", "timing", "behaviour", "subscriptions", "images", "service_principals"}
    of_world |= {"registries", "clusters", "user_assigned_identities", "role_assignments", "locks"}
    of_world |= {"key_vaults", "runner", "role_definitions", "policies", "limits", "groups", "log_analytics_workspaces"}
    world_changes = {key: value for key, value in changes.items() if key in of_world}
    cluster_changes = {key: value for key, value in changes.items() if key not in of_world}
    return {
        "tenant": TENANT,
        "starts_at": "2026-11-02T06:00:00Z",
        "subscriptions": [{"id": SUBSCRIPTION, "name": "prod"}],
        "images": {FAMILY: [OLD_IMAGE, NEW_IMAGE]},
        "service_principals": [{"name": SP, "client_id": SP_CLIENT_ID, "object_id": SP_OBJECT_ID}],
        "registries": [{"name": REGISTRY, "resource_group": "rg-shared"}],
        "clusters": [cluster(**cluster_changes)],
        "role_assignments": [
            {"principal": SP, "role": "Network Contributor", "scope": SUBNET_ID},
            {"principal": SP, "role": "AcrPull", "scope": REGISTRY_ID},
        ],
    } | world_changes
