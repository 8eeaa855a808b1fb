"""IdentityDeleted: a cluster runs as a user-assigned identity that somebody has deleted.

Azure lets a user-assigned identity go that is still assigned, and leaves it assigned (Microsoft Learn: manage
user-assigned managed identities). That what runs as it stands without one at once is assumed: tokens live on for hours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.incidents.ledger import Finding
from simulator.resource_id import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster


def deleted_identities(azure: Azure, cluster: ManagedCluster) -> Iterator[Finding]:
    """What runs as an identity that is not there any more; nothing runs in a stopped cluster."""
    if cluster.power == "Stopped":
        return
    for runs, identity_id in _run_as(cluster):
        if identity_id and key(identity_id) not in azure.identities:
            yield Finding(
                kind="IdentityDeleted",
                episode=("IdentityDeleted", runs, key(identity_id)),
                cause=f"{runs} runs as {identity_id}, which has been deleted.",
            )


def _run_as(cluster: ManagedCluster) -> Iterator[tuple[str, str | None]]:
    yield "The control plane", cluster.control_plane.resource_id
    for pool in cluster.pools.values():
        for identity_id in {node.kubelet.resource_id: None for node in pool.nodes}:
            yield f"Pool {pool.name}", identity_id
