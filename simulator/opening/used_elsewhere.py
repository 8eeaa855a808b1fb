"""Resources that a cluster of a world names and nobody describes: they are there because it uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.world.cluster import Cluster
    from simulator.world.node_pool import NodePool


def used_elsewhere(cluster: Cluster) -> Iterator[str]:
    """The ids of what lies in resource groups of others, subnets and what hangs on them left out."""
    network = cluster.network
    yield from network.outbound_public_ips
    yield from network.outbound_ip_prefixes
    yield from (used for used in (network.private_dns_zone, cluster.disk_encryption_set) if used)
    for pool in cluster.node_pools:
        yield from _of_pool(pool)
    for addon in cluster.addons:
        yield from (value for value in (addon.config or {}).values() if value.startswith("/subscriptions/"))
    if cluster.web_app_routing:
        yield from cluster.web_app_routing.dns_zones


def _of_pool(pool: NodePool) -> Iterator[str]:
    used = (
        pool.node_public_ip_prefix,
        pool.proximity_placement_group,
        pool.capacity_reservation_group,
        pool.host_group,
    )
    yield from (resource for resource in used if resource)
