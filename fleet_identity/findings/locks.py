"""Management locks that break what the migration must do."""

from collections.abc import Iterable, Iterator

from fleet_identity.cluster import Cluster
from fleet_identity.findings import Code, Finding, blocks
from fleet_identity.resource_id import ResourceId
from fleet_identity.situation import Situation
from fleet_identity.surroundings import Lock


def lock_findings(situation: Situation) -> Iterator[Finding]:
    """List locks on the cluster, its nodes, its identities, and whatever gets a role assignment."""
    cluster = situation.cluster
    written = (
        cluster.id,
        *situation.target.identities_for(cluster.id),
        *(grant.scope for grant in situation.all_grants()),
    )
    for lock in situation.surroundings.locks:
        if _in_the_way(lock, cluster, written):
            yield blocks(
                Code.RESOURCE_LOCK,
                f"The {lock.level} lock {lock.name} on {lock.scope.describe()} stops what the migration must do.",
                "Remove it for the time of the migration (`az lock delete`), and run again.",
            )


def _in_the_way(lock: Lock, cluster: Cluster, written: Iterable[ResourceId]) -> bool:
    nodes = cluster.node_resource_group
    if lock.scope.contains(nodes) or nodes.contains(lock.scope):
        return True  # a roll makes and deletes machines there; one locked resource is enough (Azure/AKS#3291)
    return lock.level == "ReadOnly" and any(lock.scope.contains(scope) for scope in written)
