"""The Kubernetes version of a pool: it follows its control plane, and never goes ahead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_aks

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster


def raises_version(pool: AgentPool, sent: JsonObject) -> bool:
    """Whether a body asks for a higher version than the pool has: an upgrade, which replaces its nodes."""
    wanted, present = sent.get("orchestratorVersion"), version_of(pool)
    # a pool that was made without a version has none of its own yet (recordings)
    return bool(wanted and present) and _numbers(str(wanted)) > _numbers(present)


def refuse_version(cluster: ManagedCluster, pool: AgentPool, sent: JsonObject) -> None:
    """Refuse a version above the control plane's, and one below the pool's."""
    wanted = str(sent.get("orchestratorVersion") or version_of(pool))
    control_plane = str(cluster.properties["kubernetesVersion"])
    if _numbers(wanted) > _numbers(control_plane):
        # Microsoft Learn: NodePoolMcVersionIncompatible
        raise from_aks(
            400,
            "NodePoolMcVersionIncompatible",
            f"Node pool version {wanted} and control plane version {control_plane} are incompatible. Minor version of "
            f"node pool version {_minor(wanted)} is bigger than control plane version {_minor(control_plane)}. For "
            "more information, please check https://aka.ms/version-skew-policy",
        )
    if _numbers(wanted) < _numbers(version_of(pool))[: len(_numbers(wanted))]:
        # Microsoft Learn, upgrade node pools: nothing leads back; code and text are assumed
        message = f"Downgrading Kubernetes version {version_of(pool)} to {wanted} is not allowed."
        raise from_aks(400, "OperationNotAllowed", message)


def upgrades_of(cluster: ManagedCluster, pool: AgentPool) -> list[JsonObject]:
    """The versions that a pool could take: here the control plane's, for a world knows of no others."""
    control_plane = str(cluster.properties["kubernetesVersion"])
    if _numbers(control_plane) <= _numbers(version_of(pool)):
        return []
    return [{"kubernetesVersion": control_plane}]


def version_of(pool: AgentPool) -> str:
    """The version that is asked for."""
    return str(pool.profile["orchestratorVersion"])


def _minor(version: str) -> int:
    return (*_numbers(version), 0)[1]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
