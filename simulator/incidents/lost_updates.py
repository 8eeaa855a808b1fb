"""LostUpdate: a PUT of a cluster puts back what somebody has changed on a pool since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.models import CHANGEABLE

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster


def judge_lost_updates(azure: Azure, cluster: ManagedCluster, document: JsonObject) -> None:
    """Judge the body of a PUT before it is taken over: an earlier value is a stale one."""
    for sent in (document.get("properties") or {}).get("agentPoolProfiles") or ():
        pool = cluster.pools.get(str(sent.get("name")).lower())
        for name in CHANGEABLE if pool else ():
            value = sent.get(name)
            present = pool.profile.get(name) if pool else None
            if pool and value is not None and value != present and value in pool.earlier[name]:
                cause = f"The PUT sets {name} of pool {pool.name} back from {present} to the earlier {value}."
                azure.ledger.add(cluster.id, azure.now, "LostUpdate", cause)
