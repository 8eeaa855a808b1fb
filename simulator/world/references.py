"""Whether what a world names exists in it: one sentence for each thing that does not."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from simulator.role_definitions.built_in import role_named
from simulator.world.cluster import Cluster
from simulator.world.identity_references import dangling_identities, dangling_policies, made_by_aks
from simulator.world.models import World
from simulator.world.node_pool import NodePool
from simulator.world.surrounding_references import dangling_members, dangling_surroundings


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def dangling(world: World) -> Iterator[str]:
    """Say what is named in a world and does not exist there, with its path in the file."""
    yield from _repeated(world)
    yield from _subscriptions(world)
    if world.runner and world.runner.principal not in _with_names(world):
        yield f"runner.principal: no principal is named {world.runner.principal!r}"
    for index, cluster in enumerate(world.clusters):
        yield from _cluster(world, cluster, f"clusters.{index}")
    yield from dangling_identities(world)
    yield from dangling_members(world, _principals(world))
    yield from dangling_surroundings(world)
    yield from _movement(world)
    holders = _principals(world) | _named(world.groups)
    yield from dangling_policies(world, holders)
    for index, assignment in enumerate(world.role_assignments):
        path = f"role_assignments.{index}"
        if assignment.principal not in holders:
            yield f"{path}.principal: no principal is named {assignment.principal!r}"
        if role_named(assignment.role) is None and assignment.role not in _named(world.role_definitions):
            yield f"{path}.role: no built-in role is named {assignment.role!r}"


def _movement(world: World) -> Iterator[str]:
    pools = {cluster.name: {pool.name for pool in cluster.node_pools} for cluster in world.clusters}
    for index, event in enumerate(world.events):
        path = f"events.{index}"
        if event.cluster is not None and event.cluster not in pools:
            yield f"{path}.cluster: no cluster is named {event.cluster!r}"
        elif event.pool is not None and event.pool not in pools[str(event.cluster)]:
            yield f"{path}.pool: {event.cluster} has no pool {event.pool!r}"
        if event.family is not None and event.family not in world.images:
            yield f"{path}.family: no image family is named {event.family!r}"
    for index, publication in enumerate(world.images_published):
        if publication.family not in world.images:
            yield f"images_published.{index}.family: no image family is named {publication.family!r}"


def _cluster(world: World, cluster: Cluster, path: str) -> Iterator[str]:
    identity = cluster.identity
    if identity.service_principal and identity.service_principal not in _named(world.service_principals):
        named = identity.service_principal
        yield f"{path}.identity.service_principal: no service principal is named {named!r}"
    if identity.user_assigned and identity.user_assigned not in _named(world.user_assigned_identities):
        named = identity.user_assigned
        yield f"{path}.identity.user_assigned: no user-assigned identity is named {named!r}"
    for index, registry in enumerate(cluster.pulls_from):
        if registry not in _named(world.registries):
            yield f"{path}.pulls_from.{index}: no registry is named {registry!r}"
    if cluster.network.route_table and not any(pool.subnet for pool in cluster.node_pools):
        yield f"{path}.network.route_table: a route table hangs on a subnet, and no node pool has one"
    for index, budget in enumerate(cluster.pod_disruption_budgets):
        for blocked in budget.blocks:
            if blocked not in _named(cluster.node_pools):
                yield f"{path}.pod_disruption_budgets.{index}.blocks: no node pool is named {blocked!r}"
    for index, pool in enumerate(cluster.node_pools):
        yield from _image(world, pool, f"{path}.node_pools.{index}")


def _image(world: World, pool: NodePool, path: str) -> Iterator[str]:
    versions = world.images.get(pool.image_family)
    if not versions:
        yield f"{path}.image_family: no image family is named {pool.image_family!r}"
    elif pool.image not in {"newest", *versions}:
        yield f"{path}.image: {pool.image_family} has no version {pool.image!r}"


def _subscriptions(world: World) -> Iterator[str]:
    known = {name for s in world.subscriptions for name in (s.id.lower(), s.name.lower())}
    for part in ("registries", "clusters", "user_assigned_identities", "key_vaults", "log_analytics_workspaces"):
        for index, item in enumerate(getattr(world, part)):
            if item.subscription is not None and item.subscription.lower() not in known:
                yield f"{part}.{index}.subscription: no subscription is named {item.subscription!r}"


def _repeated(world: World) -> Iterator[str]:
    for part in (
        "subscriptions",
        "service_principals",
        "registries",
        "user_assigned_identities",
        "role_definitions",
        "key_vaults",
    ):
        yield from _twice(part, [item.name for item in getattr(world, part)])
    yield from _twice("clusters", [f"{c.subscription}/{c.resource_group}/{c.name}" for c in world.clusters])
    for index, cluster in enumerate(world.clusters):
        yield from _twice(f"clusters.{index}.node_pools", [pool.name for pool in cluster.node_pools])


def _twice(path: str, names: list[str]) -> Iterator[str]:
    for index, name in enumerate(names):
        if name.lower() in {earlier.lower() for earlier in names[:index]}:
            yield f"{path}.{index}.name: {name.rpartition('/')[2]!r} is there twice"


def _principals(world: World) -> set[str]:
    return _with_names(world) | set(made_by_aks(world))


def _with_names(world: World) -> set[str]:
    return _named(world.service_principals) | _named(world.user_assigned_identities)


def _named(items: Sequence[_Named]) -> set[str]:
    return {item.name for item in items}
