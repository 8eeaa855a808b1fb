"""managedClusters on the wire: reading them, and the one PUT that changes identities.

What a GET -> PUT must leave out: Azure CLI sends the cluster back as it came, read-only fields stripped by the
SDK. From api-version 2026-06-01 on, a pool's `nodeImageVersion` can be written and a stale one asks for a
rollback (azure-mgmt-containerservice 41.6.0), so it never goes back.
"""

from copy import deepcopy
from typing import Any, cast

from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.containerservice.models import ManagedCluster

from fleet_identity.cluster import Cluster
from fleet_identity.gateway.arm.accepted import Accepted
from fleet_identity.gateway.arm.cluster_document import to_cluster
from fleet_identity.gateway.arm.connection import SENT_ONCE, Connection
from fleet_identity.gateway.arm.new_cluster import body_of, identity_of, kubelet_of
from fleet_identity.gateway.arm.translate import is_absent, translated
from fleet_identity.gateway.protocols import Identities, Operation
from fleet_identity.new_cluster import NewCluster
from fleet_identity.resource_id import ResourceId


async def read(connection: Connection, cluster_id: ResourceId) -> Cluster:
    """Read one cluster."""
    clusters = connection.aks(cluster_id.subscription).managed_clusters
    with translated(cluster_id, f"read cluster {cluster_id.name}"):
        return to_cluster(await clusters.get(cluster_id.resource_group, cluster_id.name))


async def find(connection: Connection, cluster_id: ResourceId) -> Cluster | None:
    """Read one cluster; None where its group has none of that name."""
    clusters = connection.aks(cluster_id.subscription).managed_clusters
    with translated(cluster_id, f"look for cluster {cluster_id.name}"):
        try:
            return to_cluster(await clusters.get(cluster_id.resource_group, cluster_id.name))
        except ResourceNotFoundError as error:
            if is_absent(error):
                return None
            raise


async def read_all(connection: Connection, subscription: str) -> tuple[Cluster, ...]:
    """Read all clusters of a subscription, page by page."""
    with translated(subscription, f"list the clusters of subscription {subscription}"):
        found = connection.aks(subscription).managed_clusters.list()
        return tuple([to_cluster(document) async for document in found])


async def put(connection: Connection, cluster: Cluster, identities: Identities) -> Operation | None:
    """PUT a cluster back under its eTag, with these identities and these tags beside its own."""
    body = with_identities(cast(ManagedCluster, cluster.document), identities)
    doing = "change the identity of" if identities.control_plane or identities.kubelet_id else "reconcile"
    with translated(cluster.id, f"{doing} cluster {cluster.id.name}"):
        return await _put(
            connection, cluster.id, body, etag=cluster.etag, match_condition=MatchConditions.IfNotModified
        )


async def create(connection: Connection, cluster: NewCluster, identities: Identities) -> Operation | None:
    """PUT a cluster that must not exist yet (If-None-Match)."""
    body = ManagedCluster(body_of(cluster, identities))
    with translated(cluster.cluster_id, f"create cluster {cluster.cluster_id.name}"):
        return await _put(connection, cluster.cluster_id, body, etag="*", match_condition=MatchConditions.IfMissing)


def with_identities(document: ManagedCluster, identities: Identities) -> ManagedCluster:
    """Copy a cluster as ARM sent it, changed in identities and tags, without what must not go back."""
    body = deepcopy(document)
    if identities.control_plane:
        body["identity"] = identity_of(identities.control_plane)
    if identities.kubelet_id:
        body["properties"]["identityProfile"] = kubelet_of(identities.kubelet_id)
    if identities.tags:
        present, gone = dict(body.get("tags") or {}), identities.without_tags
        body["tags"] = {**{name: value for name, value in present.items() if name not in gone}, **identities.tags}
    for pool in body["properties"].get("agentPoolProfiles") or ():
        pool.pop("nodeImageVersion", None)
    (body["properties"].get("servicePrincipalProfile") or {}).pop("secret", None)
    return body


async def _put(connection: Connection, cluster_id: ResourceId, body: ManagedCluster, **match: Any) -> Operation | None:
    accepted = Accepted()
    await connection.aks(cluster_id.subscription).managed_clusters.begin_create_or_update(
        cluster_id.resource_group,
        cluster_id.name,
        body,
        polling=False,
        raw_response_hook=accepted.note,
        **SENT_ONCE,
        **match,
    )
    return accepted.operation
