"""Looks at a cluster as it is now, and says what does not work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.clock import timestamp
from simulator.incidents.addons import unauthorized_addons
from simulator.incidents.control_plane import unauthorized_control_plane
from simulator.incidents.deleted_identities import deleted_identities
from simulator.incidents.network import unauthorized_networks
from simulator.incidents.pulls import failing_pulls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.azure import Azure
    from simulator.incidents.ledger import Finding, Incident
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster


def judge(azure: Azure) -> None:
    """Judge the clusters that something has happened to, at the moment at which it happened."""
    for key in sorted(azure.touched):
        if cluster := azure.clusters.get(key):
            for principal in _principals(cluster):
                azure.run_as[principal.lower()].add(key)
            azure.ledger.observe(cluster.id, azure.now, findings(azure, cluster))
    azure.touched.clear()


def findings(azure: Azure, cluster: ManagedCluster) -> Iterator[Finding]:
    """What does not work on a cluster now."""
    yield from failing_pulls(azure, cluster)
    yield from unauthorized_networks(azure, cluster)
    yield from unauthorized_control_plane(azure, cluster)
    yield from unauthorized_addons(azure, cluster)
    yield from deleted_identities(azure, cluster)


def _principals(cluster: ManagedCluster) -> set[str]:
    kubelets = {node.kubelet.principal_id for pool in cluster.pools.values() for node in pool.nodes}
    addons = {identity.principal_id for identity in cluster.addon_identities.values()}
    return {cluster.control_plane.principal_id} | kubelets | addons


def incident_document(incident: Incident) -> JsonObject:
    """An incident as the control surface shows it."""
    return {
        "at": timestamp(incident.at),
        "cluster": incident.cluster,
        "kind": incident.kind,
        "cause": incident.cause,
    }
