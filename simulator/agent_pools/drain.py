"""Why replacing the nodes of pools fails: budgets that permit no eviction, and a quota without room for a surge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.quota import exceeds_quota
from simulator.errors import OperationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster


def roll_failure(azure: Azure, cluster: ManagedCluster, pools: Iterable[AgentPool]) -> OperationError | None:
    """How the operation that replaces these pools' nodes ends badly, if it does; the first pool in trouble tells.

    Assumed: the surge nodes are asked for first, so that a lack of quota is found before a drain.
    """
    for pool in pools:
        if failure := exceeds_quota(azure, cluster, pool) or _blocked(cluster, pool):
            return failure
    return None


def _blocked(cluster: ManagedCluster, pool: AgentPool) -> OperationError | None:
    """A budget that blocks a drain (Microsoft Learn: PodDrainFailure)."""
    if not pool.nodes:
        return None
    for budget in cluster.budgets:
        if not budget.allows and pool.name.lower() in {name.lower() for name in budget.blocks}:
            pod = f"{budget.namespace}/{budget.name}-0"
            return OperationError(
                code="UpgradeFailed",
                message=f"Drain node {pool.nodes[0].name} failed when evicting pod {budget.name}-0 failed with Too "
                "Many Requests error. This is often caused by a restrictive Pod Disruption Budget (PDB) policy. See "
                "https://aka.ms/aks/debugdrainfailures. Original error: Cannot evict pod as it would violate the "
                f"pod's disruption budget.. PDB debug info: {pod} blocked by pdb {budget.name} with 0 unready pods.",
            )
    return None
