"""Auto-upgrade channels: AKS takes up by itself what is published (Microsoft Learn: auto-upgrade channels).

Assumed: only what is published while the world runs is taken up, a cluster that was behind before stays so;
`SecurityPatch` and `Unmanaged` patch nodes without an image that ARM shows, so nothing is seen of them here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.agent_pools.nodes import roll
from simulator.locks.models import refuse_node_roll
from simulator.maintenance.windows import opens
from simulator.managed_clusters.change import end
from simulator.managed_clusters.refusals import refuse_busy, refuse_stopped
from simulator.movement.front_door import ask, insist
from simulator.operations.start import start

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.agent_pools.models import AgentPool
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster

NODE_OS = "aksManagedNodeOSUpgradeSchedule"
KUBERNETES = "aksManagedAutoUpgradeSchedule"


def image_published(azure: Azure, family: str) -> None:
    """Plan to re-image the pools of a family, on clusters that follow node images."""
    for cluster in azure.clusters.values():
        if _follows_images(cluster):
            names = [name for name, pool in cluster.pools.items() if _takes(pool, family)]
            _when_open(azure, cluster, NODE_OS, partial(_reimage, azure, cluster, names))


def kubernetes_published(azure: Azure, version: str) -> None:
    """Plan to take up a patch version, on clusters of its minor version that follow patches."""
    for cluster in azure.clusters.values():
        if _channel(cluster, "upgradeChannel") == "patch" and _is_patch(cluster, version):
            _when_open(azure, cluster, KUBERNETES, partial(_patch, azure, cluster, version))


def reimage_pool(azure: Azure, cluster: ManagedCluster, pool: str) -> None:
    """Upgrade a pool's node image because its owners want it: no migration answers for this roll."""
    cluster.pools[pool].owners_roll = True
    try:
        ask(azure, "POST", f"{cluster.id}/agentPools/{pool}/upgradeNodeImageVersion")
    finally:
        cluster.pools[pool].owners_roll = cluster.pools[pool].rolling


def _takes(pool: AgentPool, family: str) -> bool:
    return pool.family == family and not pool.is_availability_set


def _channel(cluster: ManagedCluster, name: str) -> str:
    """The channel that ARM shows now, for a PUT may have changed it."""
    return str((cluster.properties.get("autoUpgradeProfile") or {}).get(name))


def _follows_images(cluster: ManagedCluster) -> bool:
    return _channel(cluster, "nodeOSUpgradeChannel") == "NodeImage"


def _is_patch(cluster: ManagedCluster, version: str) -> bool:
    present = _numbers(str(cluster.properties["kubernetesVersion"]))
    return present[:2] == _numbers(version)[:2] and present < _numbers(version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _when_open(azure: Azure, cluster: ManagedCluster, window: str, act: Callable[[], None]) -> None:
    """Act in the cluster's next window; without one, some hours later."""
    opening = opens(azure.maintenance_windows.get(cluster.key, ()), window, azure.now, azure.began)
    azure.timeline.at(opening or azure.now + azure.world.timing.auto_upgrade_after, act)


def _reimage(azure: Azure, cluster: ManagedCluster, names: list[str]) -> None:
    """One pool after the other, as long as the channel is the same; assumed: in the order of the pools."""
    behind = [name for name in names if (pool := cluster.pools.get(name)) and pool.image != azure.upgrade_target(pool)]
    if behind and _follows_images(cluster):
        insist(azure, cluster.name, partial(_reimage_first, azure, cluster, behind))


def _reimage_first(azure: Azure, cluster: ManagedCluster, names: list[str]) -> str:
    """The next pool's turn comes when this one's time is over, and the cluster is idle again."""
    refuse_busy(cluster)
    reimage_pool(azure, cluster, names[0])
    moment = azure.now + azure.world.timing.reimage
    azure.timeline.at(moment, partial(_reimage, azure, cluster, names[1:]))
    return f"auto-upgrade: node image of pool {names[0]}"


def _patch(azure: Azure, cluster: ManagedCluster, version: str) -> None:
    insist(azure, cluster.name, partial(_patch_once, azure, cluster, version))


def _patch_once(azure: Azure, cluster: ManagedCluster, version: str) -> str:
    """An upgrade of Kubernetes brings the newest node images along (Microsoft Learn: upgrade node images)."""
    refuse_stopped(cluster)
    refuse_busy(cluster)
    refuse_node_roll(azure, cluster.node_resource_group_id)
    done = azure.now
    for pool in cluster.pools.values():
        pool.owners_roll = True
        pool.profile |= {"orchestratorVersion": version, "currentOrchestratorVersion": version}
        done = roll(azure, cluster, pool, to=azure.upgrade_target(pool), at=done)
    cluster.properties |= {"kubernetesVersion": version, "currentKubernetesVersion": version}
    operation = cluster.new_operation("Upgrading", azure.now)
    lasts = done - azure.now
    cluster.operation = start(azure, operation, lasts=lasts, error=None, ends=partial(end, azure, cluster))
    cluster.show("Upgrading")
    cluster.touch()
    return f"auto-upgrade: Kubernetes {version}"
