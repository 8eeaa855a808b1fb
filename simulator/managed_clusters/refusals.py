"""What AKS refuses before it starts anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_aks

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool
    from simulator.errors import ArmError
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.messages import ArmRequest


def refuse_stale(request: ArmRequest, etag: str | None) -> None:
    """Refuse a PUT that was made from another version (Microsoft Learn: eTags; the text is assumed)."""
    wanted = request.headers.get("if-match")
    matches = wanted is None or (etag is not None and wanted.strip('"') in {etag, "*"})
    exists = request.headers.get("if-none-match") == "*" and etag is not None
    if not matches or exists:
        raise from_aks(412, "PreConditionFailed", "The eTag of the request does not match the resource's.")


def refuse_stopped(cluster: ManagedCluster) -> None:
    """Refuse to touch a stopped cluster (Microsoft Learn: OperationNotAllowed; the status is assumed)."""
    if cluster.power == "Stopped":
        raise from_aks(
            409,
            "OperationNotAllowed",
            "Operation is not allowed: managed cluster is in "
            f"Provisioning State({cluster.provisioning_state}) and Power State({cluster.power}). "
            "Please start the cluster before starting a new operation.",
        )


def refuse_busy(cluster: ManagedCluster) -> None:
    """Refuse a second operation: one for a cluster, and none beside those of its pools."""
    if cluster.operation:
        raise _busy(cluster.operation.kind)
    for pool in cluster.busy_pools:
        if pool.operation:
            raise _busy(f"{pool.name} - {pool.operation.kind}")


def refuse_busy_pool(cluster: ManagedCluster, pool: AgentPool) -> None:
    """Refuse a second operation for a pool, or one beside that of its cluster; two pools may run at once."""
    if cluster.operation:
        raise _busy(cluster.operation.kind)
    if pool.operation:
        raise _busy(f"{pool.name} - {pool.operation.kind}")


def _busy(operation: str) -> ArmError:
    """The text is Azure's (Azure/azure-workload-identity#417)."""
    return from_aks(
        409,
        "OperationNotAllowed",
        f"Operation is not allowed: Another operation ({operation}) is in progress, please wait for it to "
        "finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details",
    )
