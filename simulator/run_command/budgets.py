"""PodDisruptionBudgets as the Kubernetes API shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.world.cluster import PodDisruptionBudget


def budget_document(cluster: ManagedCluster, budget: PodDisruptionBudget) -> JsonObject:
    """A budget: it has a pod on each pool that it blocks; one without pods allows nothing, and blocks nothing."""
    pods = budget.allows + len(_blocked(cluster, budget))
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {
            "generation": 1,
            "name": budget.name,
            "namespace": budget.namespace,
            "uid": derived_guid("budget", cluster.key, budget.namespace, budget.name),
        },
        "spec": {"maxUnavailable": budget.allows, "selector": {"matchLabels": {"app": budget.name}}},
        "status": {
            "currentHealthy": pods,
            "desiredHealthy": pods - budget.allows,
            "disruptionsAllowed": budget.allows,
            "expectedPods": pods,
            "observedGeneration": 1,
        },
    }


def _blocked(cluster: ManagedCluster, budget: PodDisruptionBudget) -> list[str]:
    """The pools with nodes on which its pods lie."""
    wanted = {name.lower() for name in budget.blocks}
    return [name for name, pool in cluster.pools.items() if name.lower() in wanted and pool.nodes]
