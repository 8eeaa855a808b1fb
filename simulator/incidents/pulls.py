"""ImagePullFailed: nodes run as an identity that may not pull from a registry that their workloads use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.clock import timestamp
from simulator.incidents.ledger import Finding
from simulator.role_assignments.rights import effective_from

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from simulator.agent_pools.models import AgentPool, Kubelet
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.registries.models import Registry


def failing_pulls(azure: Azure, cluster: ManagedCluster) -> Iterator[Finding]:
    """The pools whose nodes cannot pull now; a stopped cluster pulls nothing."""
    if cluster.power == "Stopped":
        return
    registries = [azure.registries[registry] for registry in cluster.owners.registries]
    for pool in cluster.pools.values():
        for kubelet in {node.kubelet: None for node in pool.nodes}:
            for registry in registries:
                since = _pulls_since(azure, kubelet, registry)
                if since is None or since > azure.now:
                    yield _finding(pool, kubelet, registry, since)


def _pulls_since(azure: Azure, kubelet: Kubelet, registry: Registry) -> datetime | None:
    """From when on a kubelet may pull; None for never."""
    if not registry.other_tenant:
        return effective_from(azure, kubelet.principal_id, registry.pull_action, registry.id)
    # A multi-tenant application has a service principal, and its rights, in the other tenant as well; a managed
    # identity has none there (Microsoft Learn: pull images from a container registry of another tenant).
    return azure.began if kubelet.resource_id is None else None


def _finding(pool: AgentPool, kubelet: Kubelet, registry: Registry, since: datetime | None) -> Finding:
    when = f"its right becomes effective at {timestamp(since)}" if since else "nothing grants it the right"
    return Finding(
        kind="ImagePullFailed",
        episode=("ImagePullFailed", pool.name, registry.id, kubelet.principal_id),
        cause=f"Nodes of pool {pool.name} run as {kubelet.name} ({kubelet.client_id}) and cannot pull from "
        f"registry {registry.name} ({registry.mode}): {when}.",
    )
