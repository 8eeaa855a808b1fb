"""How the cluster and its pools are at the moment."""

from collections.abc import Iterator

from fleet_identity.cluster import BAD, Cluster
from fleet_identity.findings import Code, Finding, blocks, notes, warns
from fleet_identity.node_pool import NodePool
from fleet_identity.situation import Situation
from fleet_identity.versions import minor


def state_findings(situation: Situation, *, ours: bool) -> Iterator[Finding]:
    """List what the cluster's state forbids; `ours` tells that what has failed was our own operation."""
    cluster = situation.cluster
    yield from _power(cluster)
    if not ours:
        yield from failed_findings(cluster)
    if not cluster.idle:
        yield notes(
            Code.OPERATION_IN_PROGRESS,
            f"Somebody else's operation is under way ({cluster.operation}).",
            "It is waited for before anything disruptive.",
        )
    yield from _versions(cluster)


def pool_findings(cluster: Cluster) -> Iterator[Finding]:
    """List what keeps pools from rolling, or makes their roll different."""
    for pool in cluster.pools:
        yield from _kind(pool)
    if cluster.node_provisioning:
        yield warns(
            Code.NODE_AUTO_PROVISIONING,
            "Node auto-provisioning makes nodes beside the pools, which follow no node image upgrade.",
            "They switch when Karpenter replaces them; look at their label "
            "kubernetes.azure.com/kubelet-identity-client-id.",
        )


def _power(cluster: Cluster) -> Iterator[Finding]:
    if cluster.power_state == "Stopped":
        yield blocks(
            Code.CLUSTER_STOPPED,
            "The cluster is stopped, and AKS refuses every change but a start.",
            "Start it (`az aks start`) and run again.",
        )
    for pool in cluster.pools:
        if pool.power_state == "Stopped":
            yield notes(
                Code.POOL_STOPPED,
                f"Pool {pool.name} is stopped; its image is upgraded all the same, and shows when it starts.",
                "Start it once after the migration and look whether its nodes can pull.",
            )


def failed_findings(cluster: Cluster) -> Iterator[Finding]:
    """Tell that an operation, which as far as can be told was not ours, has failed on the cluster or on a pool."""
    if cluster.provisioning_state in BAD:
        yield blocks(
            Code.CLUSTER_FAILED,
            f"The cluster's last operation, which was not ours, ended {cluster.provisioning_state}; any change would "
            "resume it.",
            "Find the cause in its activity log, repair the cluster (`az aks update` without options resumes "
            "what was left undone), and run again.",
        )
        return
    for pool in cluster.pools:
        if pool.provisioning_state in BAD:
            yield blocks(
                Code.POOL_FAILED,
                f"The last operation on pool {pool.name}, which was not ours, ended {pool.provisioning_state}.",
                "Find the cause (a PodDisruptionBudget and a quota are the usual ones), run "
                f"`az aks nodepool upgrade --node-image-only --name {pool.name}` once it is gone, and run again.",
            )


def _versions(cluster: Cluster) -> Iterator[Finding]:
    behind = [pool for pool in cluster.pools if minor(pool.kubernetes_version) != minor(cluster.kubernetes_version)]
    if behind and cluster.kubernetes_version:
        told = ", ".join(f"{pool.name} {pool.kubernetes_version}" for pool in behind)
        yield warns(
            Code.VERSION_SKEW,
            f"The control plane runs Kubernetes {cluster.kubernetes_version}, pools run another one: {told}.",
            "AKS may refuse an update of such a cluster (Azure/azure-cli#22807); upgrade the pools first if it does.",
        )


def _kind(pool: NodePool) -> Iterator[Finding]:
    if pool.kind != "VirtualMachineScaleSets":
        yield blocks(
            Code.POOL_TYPE,
            f"Pool {pool.name} is of type {pool.kind}, whose nodes can't be re-imaged by a node image upgrade.",
            "Move its workloads to a pool of type VirtualMachineScaleSets first.",
        )
    if pool.spot:
        yield notes(
            Code.SPOT_POOL,
            f"Pool {pool.name} runs on spot machines: its nodes are not drained, and none are added, while it rolls.",
            "No action needed if its workloads tolerate eviction, as spot workloads must.",
        )


def etag_findings(cluster: Cluster) -> Iterator[Finding]:
    """Tell that the cluster can't be changed without overwriting somebody else's change."""
    if not cluster.etag:
        yield blocks(
            Code.NO_ETAG,
            "ARM sent no eTag for the cluster, so a change could overwrite somebody else's.",
            "Ask Azure support why this cluster has none; it is never changed without.",
        )
