"""Whether what a world says of identities, add-ons and key vaults names things that exist in it."""

from collections.abc import Iterator

from simulator.world.addons import WEB_APP_ROUTING
from simulator.world.cluster import Cluster
from simulator.world.models import World


def dangling_identities(world: World) -> Iterator[str]:
    """Say what is named there and does not exist, with its path in the file."""
    for index, cluster in enumerate(world.clusters):
        yield from _cluster(world, cluster, f"clusters.{index}")


def dangling_policies(world: World, principals: set[str]) -> Iterator[str]:
    """Say which access policies of key vaults are for nobody."""
    for index, vault in enumerate(world.key_vaults):
        for number, policy in enumerate(vault.policies):
            if policy.principal not in principals:
                path = f"key_vaults.{index}.policies.{number}.principal"
                yield f"{path}: no principal is named {policy.principal!r}"


def made_by_aks(world: World) -> Iterator[str]:
    """What role assignments may name beside principals with names: identities that exist from the start."""
    for cluster in world.clusters:
        is_managed = not cluster.identity.service_principal
        if is_managed:
            yield f"kubelet:{cluster.name}"
            yield from (f"addon:{cluster.name}:{addon.name}" for addon in cluster.addons)
        if cluster.identity.system_assigned:
            yield f"cluster:{cluster.name}"
        if cluster.web_app_routing:
            yield f"addon:{cluster.name}:{WEB_APP_ROUTING}"


def _cluster(world: World, cluster: Cluster, path: str) -> Iterator[str]:
    kubelet = cluster.identity.kubelet
    if kubelet and kubelet not in {identity.name for identity in world.user_assigned_identities}:
        yield f"{path}.identity.kubelet: no user-assigned identity is named {kubelet!r}"
    if cluster.kms and cluster.kms.vault not in {vault.name for vault in world.key_vaults}:
        yield f"{path}.kms.vault: no key vault is named {cluster.kms.vault!r}"
    if cluster.network.nat_gateway and not any(pool.subnet for pool in cluster.node_pools):
        yield f"{path}.network.nat_gateway: a NAT gateway hangs on a subnet, and no node pool has one"
    for index, pool in enumerate(cluster.node_pools):
        if pool.pod_subnet and not pool.subnet:
            yield f"{path}.node_pools.{index}.pod_subnet: pods have a subnet of their own only where nodes have one"
    for index, addon in enumerate(cluster.addons):
        if addon.name in {earlier.name for earlier in cluster.addons[:index]}:
            yield f"{path}.addons.{index}: {addon.name!r} is there twice"
