"""The Kubernetes versions of the pools in a PUT of their cluster (Azure/azure-cli#22807)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_aks

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster


def refuse_other_versions(cluster: ManagedCluster, document: JsonObject) -> None:
    """Refuse a body that names some versions only, or others than there are."""
    properties: JsonObject = document.get("properties") or {}
    control_plane = properties.get("kubernetesVersion") or cluster.properties["kubernetesVersion"]
    sent = {
        pool.name: body.get("orchestratorVersion")
        for body in properties.get("agentPoolProfiles") or ()
        if (pool := cluster.pools.get(str(body.get("name")).lower())) is not None
    }
    present = {name: cluster.pools[name.lower()].profile["orchestratorVersion"] for name in sent}
    # assumed: leaving out the version of a pool asks for the control plane's
    wanted = {name: version or control_plane for name, version in sent.items()}
    moved = any(not version and present[name] != control_plane for name, version in sent.items())
    others = any(version not in {present[name], control_plane} for name, version in wanted.items())
    if not _all_or_none(sent) or moved or others:
        raise from_aks(
            400,
            "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged",
            "Using managed cluster api, all agent pools' OrchestratorVersion must be all specified or all "
            "unspecified. If all specified, they must be stay unchanged or the same with control plane.",
        )


def _all_or_none(sent: dict[str, str | None]) -> bool:
    return all(sent.values()) or not any(sent.values())
