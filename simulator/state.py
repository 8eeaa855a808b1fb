"""The whole state as the control surface shows it, with what ARM does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.clock import timestamp
from simulator.managed_clusters.responses import cluster_document
from simulator.managed_identities.responses import identity_document
from simulator.role_assignments.responses import assignment_document

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

SERVICE_PRINCIPAL = "service-principal"
"""What the state says of a node whose kubelet has no managed identity."""


def state_document(azure: Azure) -> JsonObject:
    """Clusters with their nodes, identities, role assignments."""
    tenant = azure.world.tenant
    return {
        "now": timestamp(azure.now),
        "clusters": [
            {
                "id": cluster.id,
                "arm": cluster_document(cluster, tenant),
                "nodes": nodes_of(cluster),
            }
            for cluster in azure.clusters.values()
        ],
        "identities": [identity_document(identity, tenant) for identity in azure.identities.values()],
        "moved_by_itself": azure.history.documents(),
        "broken_at_the_start": azure.ledger.excused,
        "role_assignments": [assignment_document(grant) for grant in azure.role_assignments],
    }


def nodes_of(cluster: ManagedCluster) -> list[JsonObject]:
    """Each node as it last booted."""
    return [
        {
            "name": node.name,
            "pool": pool.name,
            "image": node.image,
            "kubelet": node.kubelet.client_id if node.kubelet.resource_id else SERVICE_PRINCIPAL,
        }
        for pool in cluster.pools.values()
        for node in pool.nodes
    ]
