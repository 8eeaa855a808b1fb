"""Nodes as the Kubernetes API shows them, as far as kubectl get goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.agent_pools.models import AgentPool, Node
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

_HEALTHY = {"MemoryPressure": "False", "DiskPressure": "False", "PIDPressure": "False", "Ready": "True"}


def running(cluster: ManagedCluster) -> Iterator[tuple[AgentPool, Node]]:
    """The nodes that there are, with their pools."""
    for pool in cluster.pools.values():
        for node in pool.nodes:
            yield pool, node


def node_document(cluster: ManagedCluster, pool: AgentPool, node: Node, *, images: int) -> JsonObject:
    """A node; when it was made is left out."""
    taints = [_taint(taint) for taint in pool.profile.get("nodeTaints") or ()]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "labels": _labels(cluster, pool, node),
            "name": node.name,
            "uid": derived_guid("node", cluster.key, node.name),
        },
        "spec": {"taints": taints} if taints else {},
        "status": {
            "conditions": [{"type": kind, "status": status} for kind, status in _HEALTHY.items()],
            "images": [_image(number) for number in range(images)],
            "nodeInfo": {
                "kubeletVersion": f"v{pool.profile['orchestratorVersion']}",
                "operatingSystem": str(pool.profile["osType"]).lower(),
            },
        },
    }


def _labels(cluster: ManagedCluster, pool: AgentPool, node: Node) -> dict[str, str]:
    """The labels that AKS gives (public dumps of nodes).

    Where the kubelet runs on a managed identity, one of them names it; that there is none on a node with a service
    principal is assumed.
    """
    profile = pool.profile
    labels = {
        "agentpool": pool.name,
        "kubernetes.azure.com/agentpool": pool.name,
        "kubernetes.azure.com/cluster": cluster.node_resource_group,
        "kubernetes.azure.com/mode": str(profile["mode"]).lower(),
        "kubernetes.azure.com/node-image-version": node.image,
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": str(profile["osType"]).lower(),
        "node.kubernetes.io/instance-type": str(profile["vmSize"]),
        "topology.kubernetes.io/region": cluster.location,
    }
    if node.kubelet.resource_id:
        labels["kubernetes.azure.com/kubelet-identity-client-id"] = node.kubelet.client_id
    if str(profile.get("scaleSetPriority")).lower() == "spot":
        labels["kubernetes.azure.com/scalesetpriority"] = "spot"
    return labels | (profile.get("nodeLabels") or {})


def _image(number: int) -> JsonObject:
    """One of the images that lie on a node; they make up most of its document."""
    repository = f"mcr.microsoft.com/oss/kubernetes/component-{number:02d}"
    digest = derived_guid("image", str(number)).replace("-", "") * 2
    return {"names": [f"{repository}@sha256:{digest}", f"{repository}:v1.{number}.0"], "sizeBytes": 10**8 + number}


def _taint(written: str) -> JsonObject:
    """A taint as node pools write it: `key=value:effect`."""
    setting, _, effect = written.rpartition(":")
    name, _, value = setting.partition("=")
    return {"effect": effect, "key": name, "value": value} if value else {"effect": effect, "key": name}
