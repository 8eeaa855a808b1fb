"""What must not be there when a migration starts: locks, stopped or failed clusters, kinds that we can't move."""

from collections.abc import Iterator

from fleet_identity.cluster import Cluster, NodePool
from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.record import MAX_TAGS
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Lock, Surroundings
from fleet_identity.target import PROPAGATION_CEILING, Target


def switch_obstacles(
    cluster: Cluster, surroundings: Surroundings, target: Target, scopes: tuple[ResourceId, ...]
) -> Iterator[Finding]:
    """List what blocks or endangers a switch; `scopes` are those that will get role assignments."""
    yield from node_obstacles(cluster, surroundings, (*scopes, target.identity_for(cluster.id)))
    yield from _etag(cluster)
    yield from _tags(cluster)
    yield from map(_unsupported, cluster.unsupported)
    yield from _short_wait(target)


def node_obstacles(cluster: Cluster, surroundings: Surroundings, scopes: tuple[ResourceId, ...]) -> Iterator[Finding]:
    """List what blocks the roll of nodes, before the switch and after it."""
    yield from _state(cluster)
    for pool in cluster.pools:
        yield from _pool(pool)
    yield from _locks(cluster, surroundings.locks, scopes)


def _state(cluster: Cluster) -> Iterator[Finding]:
    if cluster.power_state == "Stopped":
        yield blocks(
            Code.CLUSTER_STOPPED,
            "The cluster is stopped, and AKS refuses every change but a start.",
            "Start it (`az aks start`) and run again.",
        )
    if cluster.provisioning_state in {"Failed", "Canceled"}:
        yield blocks(
            Code.CLUSTER_FAILED,
            f"The cluster's last operation ended {cluster.provisioning_state}; any change would resume it.",
            "Find the cause in its activity log, repair the cluster (`az aks update` without options resumes "
            "what was left undone), and run again.",
        )


def _etag(cluster: Cluster) -> Iterator[Finding]:
    if not cluster.etag:
        yield blocks(
            Code.NO_ETAG,
            "ARM sent no eTag for the cluster, so a change could overwrite somebody else's.",
            "Ask Azure support why this cluster has none; it is never changed without.",
        )


def _pool(pool: NodePool) -> Iterator[Finding]:
    if pool.provisioning_state in {"Failed", "Canceled"}:
        yield blocks(
            Code.POOL_FAILED,
            f"The last operation on pool {pool.name} ended {pool.provisioning_state}.",
            "Find the cause (a PodDisruptionBudget and a quota are the usual ones), run "
            f"`az aks nodepool upgrade --node-image-only --name {pool.name}` once it is gone, and run again.",
        )
    if pool.kind != "VirtualMachineScaleSets":
        yield blocks(
            Code.POOL_TYPE,
            f"Pool {pool.name} is of type {pool.kind}, whose nodes can't be re-imaged by a node image upgrade.",
            "Move its workloads to a pool of type VirtualMachineScaleSets first.",
        )


def _locks(cluster: Cluster, locks: tuple[Lock, ...], granted: tuple[ResourceId, ...]) -> Iterator[Finding]:
    for lock in locks:
        if _in_the_way(lock, cluster, granted):
            yield blocks(
                Code.RESOURCE_LOCK,
                f"The {lock.level} lock {lock.name} on {lock.scope.describe()} stops what the migration must do.",
                "Remove it for the time of the migration (`az lock delete`), and run again.",
            )


def _in_the_way(lock: Lock, cluster: Cluster, granted: tuple[ResourceId, ...]) -> bool:
    nodes = cluster.node_resource_group
    if lock.scope.contains(nodes) or nodes.contains(lock.scope):
        return True  # a roll makes and deletes machines there; one locked resource is enough (Azure/AKS#3291)
    return lock.level == "ReadOnly" and any(lock.scope.contains(scope) for scope in (cluster.id, *granted))


def _tags(cluster: Cluster) -> Iterator[Finding]:
    needed = len(cluster.tags) + 4 + len(cluster.pools) // 3
    if needed > MAX_TAGS:
        yield blocks(
            Code.TAG_LIMIT,
            f"The cluster carries {len(cluster.tags)} tags of {MAX_TAGS}; the record of the switch needs more.",
            "Remove tags that nobody needs, and run again.",
        )


def _unsupported(feature: str) -> Finding:
    return blocks(
        Code.UNSUPPORTED_REFERENCE,
        f"The cluster uses {feature}, which needs roles that this product does not take over yet.",
        "Migrate it by hand, or wait for a version that does.",
    )


def _short_wait(target: Target) -> Iterator[Finding]:
    if target.minimum_grant_age < PROPAGATION_CEILING:
        yield warns(
            Code.SHORT_WAIT,
            f"Grants are relied on after {target.minimum_grant_age_minutes:g} minutes; Azure may need 60.",
            "Until then load balancers may fail to update and nodes to pull. Raise the age, or accept the risk.",
        )
