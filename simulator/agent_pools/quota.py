"""Cores: what a subscription uses in a region, and what a surge needs on top of it (Microsoft Learn: QuotaExceeded)."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from simulator.errors import OperationError

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster

_CORES = re.compile(r"_[A-Z]+?(?P<cores>\d+)", re.IGNORECASE)
_DEFAULT_SURGE = "10%"
"""Where a pool says nothing (Microsoft Learn: upgrade an AKS cluster)."""


def exceeds_quota(azure: Azure, cluster: ManagedCluster, pool: AgentPool) -> OperationError | None:
    """What becomes of a roll whose surge nodes find no room in the quota of the region."""
    limit = azure.world.limits.cores
    if limit is None:
        return None
    used = cores_in_use(azure, cluster.subscription, cluster.location)
    needed = _surge(pool) * _cores(pool)
    if used + needed <= limit:
        return None
    return OperationError(
        code="QuotaExceeded",
        message="Operation could not be completed as it results in exceeding approved Total Regional Cores quota. "
        f"Additional details - Deployment Model: Resource Manager, Location: {cluster.location}, Current Limit: "
        f"{limit}, Current Usage: {used}, Additional Required: {needed}, (Minimum) New Limit Required: "
        f"{used + needed}.",
    )


def cores_in_use(azure: Azure, subscription: str, location: str) -> int:
    """The cores of all nodes that run in a subscription and region."""
    return sum(
        len(pool.nodes) * _cores(pool)
        for other in azure.clusters.values()
        if (other.subscription, other.location.lower()) == (subscription, location.lower()) and other.power == "Running"
        for pool in other.pools.values()
    )


def _surge(pool: AgentPool) -> int:
    """How many nodes more there are while a pool rolls; a share is rounded up. A stopped pool has none to replace."""
    if pool.is_stopped:
        return 0
    wanted = str((pool.profile.get("upgradeSettings") or {}).get("maxSurge") or _DEFAULT_SURGE)
    if not wanted.endswith("%"):
        return int(wanted)
    return math.ceil(pool.count * int(wanted.removesuffix("%")) / 100)


def _cores(pool: AgentPool) -> int:
    """The cores of a size, which its name tells: Standard_D4s_v5 has four."""
    found = _CORES.search(str(pool.profile.get("vmSize", "")))
    return int(found["cores"]) if found else 0
