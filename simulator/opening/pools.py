"""Node pools as a world describes them, and the subnets that they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.defaults import default_profile
from simulator.agent_pools.models import AgentPool
from simulator.agent_pools.nodes import resize
from simulator.networks.models import Subnet
from simulator.resource_id import key

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.world.cluster import Cluster
    from simulator.world.network import Network
    from simulator.world.node_pool import NodePool


def add_pools(azure: Azure, cluster: Cluster, opened: ManagedCluster) -> None:
    """The pools of a cluster, with the nodes that run."""
    for pool in cluster.node_pools:
        newest = azure.world.images[pool.image_family][-1]
        version = newest if pool.image == "newest" else pool.image
        added = AgentPool(
            name=pool.name,
            profile=_profile(pool, pool.kubernetes_version or cluster.kubernetes_version),
            image=f"{pool.image_family}-{version}",
            provisioning_state=pool.state,
        )
        opened.pools[pool.name] = added
        resize(azure, opened, added)
    add_subnets(azure, cluster)


def add_subnets(azure: Azure, cluster: Cluster) -> None:
    """The subnets that a cluster is in; what routes its egress hangs on those of its pools."""
    for pool in cluster.node_pools:
        for subnet in (pool.subnet, pool.pod_subnet):
            if subnet:
                _add_subnet(azure, subnet, cluster.network)
    if own := cluster.network.api_server_subnet:
        azure.subnets.setdefault(key(own), Subnet(id=own))


def _add_subnet(azure: Azure, subnet: str, network: Network) -> None:
    """A subnet that several clusters share has the route table and NAT gateway that any of them names."""
    known = azure.subnets.get(key(subnet)) or Subnet(id=subnet)
    azure.subnets[key(subnet)] = Subnet(
        id=subnet,
        route_table=network.route_table or known.route_table,
        nat_gateway=network.nat_gateway or known.nat_gateway,
    )


def _profile(pool: NodePool, version: str) -> JsonObject:
    profile = default_profile(version) | {
        "count": pool.count,
        "vmSize": pool.vm_size,
        "mode": pool.mode,
        "osType": pool.os,
        "osSKU": "Ubuntu" if pool.os == "Linux" else "Windows2022",
        "upgradeSettings": {"maxSurge": pool.max_surge} if pool.max_surge else {},
        "type": pool.availability,
        "powerState": {"code": pool.power},
        "enableNodePublicIP": pool.node_public_ip_prefix is not None,
    }
    if pool.autoscaler:
        profile |= {
            "enableAutoScaling": True,
            "minCount": pool.autoscaler.min,
            "maxCount": pool.autoscaler.max,
        }
    if pool.spot:
        # as Azure fills it in where nobody names a price: up to that of a regular machine
        profile |= {"scaleSetPriority": "Spot", "scaleSetEvictionPolicy": "Delete", "spotMaxPrice": -1.0}
    return profile | {name: value for name, value in _optional(pool).items() if value}


def _optional(pool: NodePool) -> JsonObject:
    """What ARM shows only where it is set."""
    return {
        "vnetSubnetID": pool.subnet,
        "podSubnetID": pool.pod_subnet,
        "nodePublicIPPrefixID": pool.node_public_ip_prefix,
        "proximityPlacementGroupID": pool.proximity_placement_group,
        "capacityReservationGroupID": pool.capacity_reservation_group,
        "hostGroupID": pool.host_group,
        "nodeLabels": dict(pool.labels),
        "nodeTaints": list(pool.taints),
    }
