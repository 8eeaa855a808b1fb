"""UnplannedNodeRoll: nodes are replaced more often, or more at once, than their owners asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster


def judge_roll(azure: Azure, cluster: ManagedCluster, pool: AgentPool, *, to: str) -> None:
    """Judge a roll that begins now, unless the owners themselves have asked for it, or no node runs."""
    if pool.owners_roll or pool.is_stopped:
        return
    if objections := list(_objections(azure, cluster, pool, to)):
        cause = f"Pool {pool.name} rolls to {to}: {' and '.join(objections)}."
        azure.ledger.add(cluster.id, azure.now, "UnplannedNodeRoll", cause)


def _objections(azure: Azure, cluster: ManagedCluster, pool: AgentPool, to: str) -> Iterator[str]:
    if pool.rolls:
        yield f"it has rolled {pool.rolls} time(s) before"
    published = azure.published_images(pool.family)
    if to in published and pool.image in published and published.index(to) < published.index(pool.image):
        yield f"that is older than its present {pool.image}"
    beside = [other.name for other in cluster.pools.values() if other.rolling and other is not pool]
    if beside and cluster.owners.one_pool_at_a_time:
        yield f"pool {beside[0]} is rolling as well, and the owners asked for one pool at a time"
