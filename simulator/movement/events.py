"""What other people do to a cluster, each as the request that their tool would send."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.movement.auto_upgrade import reimage_pool
from simulator.movement.front_door import ask, insist, read
from simulator.movement.images import recall

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.world.movement import Event


def happen(azure: Azure, event: Event) -> None:
    """Let somebody do something, now or as soon as the cluster is not busy any more."""
    if event.do == "recall":
        recall(azure, str(event.family))
        return
    for cluster in azure.clusters.values():
        if cluster.name == event.cluster:
            insist(azure, cluster.name, partial(_ACTS[event.do], azure, cluster, event))


def _scale(azure: Azure, cluster: ManagedCluster, event: Event) -> str:
    path = f"{cluster.id}/agentPools/{event.pool}"
    document = read(azure, path)
    document["properties"]["count"] = event.count
    ask(azure, "PUT", path, document)
    return f"somebody scaled pool {event.pool} to {event.count} nodes"


def _upgrade(azure: Azure, cluster: ManagedCluster, event: Event) -> str:
    reimage_pool(azure, cluster, str(event.pool).lower())
    return f"somebody upgraded the node image of pool {event.pool}"


def _update(azure: Azure, cluster: ManagedCluster, event: Event) -> str:
    ask(azure, "PUT", cluster.id, read(azure, cluster.id))
    return "somebody updated the cluster"


def _tag(azure: Azure, cluster: ManagedCluster, event: Event) -> str:
    document = read(azure, cluster.id)
    document["tags"] = (document.get("tags") or {}) | (event.tags or {})
    ask(azure, "PUT", cluster.id, document)
    return f"somebody tagged the cluster: {', '.join(event.tags or {})}"


def _terraform(azure: Azure, cluster: ManagedCluster, event: Event) -> str:
    """Terraform sends the tags that its own files name; all others are gone then."""
    document = read(azure, cluster.id)
    document["tags"] = event.tags
    ask(azure, "PUT", cluster.id, document)
    return f"Terraform left only these tags: {', '.join(event.tags or {})}"


_ACTS: dict[str, Callable[[Azure, ManagedCluster, Event], str]] = {
    "scale": _scale,
    "upgrade": _upgrade,
    "update": _update,
    "tag": _tag,
    "terraform": _terraform,
}
