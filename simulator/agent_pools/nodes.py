"""Nodes boot with the image of their pool and the kubelet identity then in force."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from simulator.agent_pools.models import Node
from simulator.incidents.rolls import judge_roll

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster


def resize(azure: Azure, cluster: ManagedCluster, pool: AgentPool) -> None:
    """Add or remove nodes until the pool has its count; those that are there stay as they booted.

    Assumed: the nodes of a pool that is started again boot anew.
    """
    kept = pool.nodes[: pool.running]
    added = [_boot(cluster, pool, index) for index in range(len(kept), pool.running)]
    pool.nodes = kept + added
    azure.touched.add(cluster.key)


def begin_roll(azure: Azure, cluster: ManagedCluster, pool: AgentPool, *, to: str) -> None:
    """Start to replace every node of a pool."""
    judge_roll(azure, cluster, pool, to=to)
    pool.rolling = True


def end_roll(azure: Azure, cluster: ManagedCluster, pool: AgentPool, *, to: str) -> None:
    """Every node of the pool has booted anew."""
    pool.rolling = False
    pool.rolls += not pool.owners_roll
    pool.owners_roll = False
    pool.image = to
    pool.unfinished_image = None
    pool.profile["currentOrchestratorVersion"] = pool.profile["orchestratorVersion"]
    pool.nodes = [_boot(cluster, pool, index) for index in range(pool.running)]
    azure.touched.add(cluster.key)


def roll(azure: Azure, cluster: ManagedCluster, pool: AgentPool, *, to: str, at: datetime) -> datetime:
    """Plan a roll for a moment, and tell when it will be over."""
    done = at + azure.world.timing.reimage
    azure.timeline.at(at, lambda: begin_roll(azure, cluster, pool, to=to))
    azure.timeline.at(done, lambda: end_roll(azure, cluster, pool, to=to))
    return done


def _boot(cluster: ManagedCluster, pool: AgentPool, index: int) -> Node:
    scale_set = zlib.crc32(f"{cluster.key}/{pool.name}".encode()) % 10**8
    name = f"aks-{pool.name}-{scale_set:08d}-vmss{index:06d}"
    return Node(name=name, image=pool.image, kubelet=cluster.kubelet_in_force)
