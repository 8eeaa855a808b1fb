"""The cluster autoscaler: pools follow their load, and new nodes boot with the identity in force."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

from simulator.agent_pools.nodes import resize
from simulator.managed_clusters.models import KIND
from simulator.resource_id import key, resource_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.world import cluster as described
    from simulator.world.movement import Autoscaler


def watch_load(azure: Azure, cluster: described.Cluster) -> None:
    """Plan the steps of a cluster's pools, as they are listed or as the seed draws them."""
    subscription = azure.world.subscription_id(cluster.subscription)
    wanted = resource_id(subscription, cluster.resource_group, KIND, cluster.name)
    opened = azure.clusters[key(wanted)]
    for pool in cluster.node_pools:
        if pool.autoscaler:
            _plan(azure, opened, opened.pools[pool.name], pool.autoscaler)


def _plan(azure: Azure, cluster: ManagedCluster, pool: AgentPool, autoscaler: Autoscaler) -> None:
    for step in autoscaler.schedule:
        azure.timeline.at(azure.now + step.at, partial(scale, azure, cluster, pool, step.count))
    if autoscaler.every:
        draws = Random(f"{azure.world.seed}/{cluster.key}/{pool.name}")  # noqa: S311 - chance, not cryptography
        draw = partial(draws.randint, autoscaler.min, autoscaler.max)
        _repeat(azure, autoscaler.every, lambda: scale(azure, cluster, pool, draw()))


def _repeat(azure: Azure, every: timedelta, act: Callable[[], None]) -> None:
    """Act each time that a duration has passed; the next time is planned when the last one has come."""

    def act_and_plan() -> None:
        act()
        azure.timeline.at(azure.now + every, act_and_plan)

    azure.timeline.at(azure.now + every, act_and_plan)


def scale(azure: Azure, cluster: ManagedCluster, pool: AgentPool, load: int) -> None:
    """Follow the load within the bounds that ARM shows now.

    Assumed: it acts at once, without an operation that ARM would show; not on a stopped cluster or pool, nor while the
    pool's nodes are being replaced.
    """
    if cluster.power == "Stopped" or pool.is_stopped or pool.rolling or not pool.profile.get("enableAutoScaling"):
        return
    count = min(max(load, pool.profile["minCount"]), pool.profile["maxCount"])
    if count == pool.count:
        return
    azure.history.add(azure.now, cluster.name, f"autoscaler: pool {pool.name} from {pool.count} to {count} nodes")
    pool.set("count", count)
    resize(azure, cluster, pool)
    if azure.world.behaviour.autoscaler_changes_etag:
        pool.touch()
