"""Compares node pools before and after the switch.

If-Match guards the cluster, not its pools: a pool operation changes only the pool's own eTag. So what the PUT
sent for a pool may have undone somebody's change, and a person should hear of it.
Source: Microsoft Learn, "Use eTags in AKS".
"""

from fleet_identity.cluster import Cluster
from fleet_identity.findings import Code, Finding, warns
from fleet_identity.node_pool import NodePool


def pool_drift(before: Cluster, after: Cluster) -> tuple[Finding, ...]:
    """List pools that differ in what a change of identity must not touch."""
    return tuple(
        _drifted(pool.name, changed) for pool in before.pools if (changed := _changes(pool, after.pool(pool.name)))
    )


def _changes(before: NodePool, after: NodePool | None) -> list[str]:
    if after is None:
        return ["is gone"]
    count = [] if before.autoscaling else [("count", before.count, after.count)]
    pairs = [
        *count,
        ("labels", dict(before.labels), dict(after.labels)),
        ("taints", before.taints, after.taints),
    ]
    return [f"{what}: {was} -> {now}" for what, was, now in pairs if was != now]


def _drifted(pool: str, changes: list[str]) -> Finding:
    return warns(
        Code.POOL_CHANGED,
        f"Pool {pool} changed while its cluster switched: {'; '.join(changes)}.",
        "Compare it with what you asked for, and set it again if it is wrong.",
    )
