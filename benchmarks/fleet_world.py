"""A fleet in one subscription: any number of clusters on service principals of their own, with two pools each."""

from typing import Any

from fleet_identity.resource_id import ResourceId

SUBSCRIPTION = "1b2f9a3c-5d4e-4c6b-8a7f-0e1d2c3b4a59"
GROUP = "rg-prod"
_GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
SUBNET = f"{_GROUPS}/rg-network/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
REGISTRY = f"{_GROUPS}/rg-shared/providers/Microsoft.ContainerRegistry/registries/prodacr"
_POOL = {"count": 3, "image": "202610.05.0", "subnet": SUBNET}


def fleet_world(clusters: int) -> dict[str, Any]:
    """Describe the fleet: grants in effect at once, and short operations, so that requests come close together."""
    names = [f"prod-{number:03}" for number in range(clusters)]
    return {
        "timing": {"role_propagation": "0s", "reimage": "3m"},
        "subscriptions": [{"id": SUBSCRIPTION, "name": "prod"}],
        "service_principals": [{"name": f"sp-{name}"} for name in names],
        "registries": [{"name": "prodacr", "resource_group": "rg-shared"}],
        "clusters": [_cluster(name) for name in names],
        "role_assignments": [
            {"principal": f"sp-{name}", "role": role, "scope": scope}
            for name in names
            for role, scope in (("Network Contributor", SUBNET), ("AcrPull", REGISTRY))
        ],
    }


def cluster_ids(clusters: int) -> list[ResourceId]:
    """Name the clusters of the fleet."""
    below = f"{_GROUPS}/{GROUP}/providers/Microsoft.ContainerService/managedClusters"
    return [ResourceId(f"{below}/{cluster['name']}") for cluster in fleet_world(clusters)["clusters"]]


def _cluster(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "resource_group": GROUP,
        "identity": {"service_principal": f"sp-{name}"},
        "node_pools": [{**_POOL, "name": "system", "mode": "System"}, {**_POOL, "name": "apps", "mode": "User"}],
        "pulls_from": ["prodacr"],
    }
