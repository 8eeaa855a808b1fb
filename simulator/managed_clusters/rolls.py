"""Which pools a PUT re-images, and to which image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.versions import raises_version

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool, Kubelet
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ControlPlane, ManagedCluster


def rolls_of(
    azure: Azure, cluster: ManagedCluster, document: JsonObject, after: ControlPlane, kubelet: Kubelet | None
) -> dict[str, str]:
    """The image that each pool rolls to; pools that stay as they are do not appear."""
    rolls = {name: pool.unfinished_image for name, pool in cluster.pools.items() if pool.unfinished_image}
    leaves = after.type != "ServicePrincipal" and cluster.kubelet_in_force.resource_id is None
    if kubelet or (leaves and azure.world.behaviour.switch_reimages_nodes):
        # a new kubelet identity rolls every pool (Microsoft Learn: pre-created kubelet identity)
        rolls = {name: _image_after(azure, pool) for name, pool in cluster.pools.items()} | rolls
    return rolls | _upgrades(azure, cluster, document) | _rollbacks(azure, cluster, document)


def _image_after(azure: Azure, pool: AgentPool) -> str:
    """No source tells the image that a change of identity leads to."""
    newest = azure.world.behaviour.switch_reimages_to == "newest"
    return azure.upgrade_target(pool) if newest else pool.image


def _upgrades(azure: Azure, cluster: ManagedCluster, document: JsonObject) -> dict[str, str]:
    """A pool that is to catch up with its control plane rolls, as it does by a PUT of its own."""
    return {
        pool.name: azure.upgrade_target(pool)
        for sent in (document.get("properties") or {}).get("agentPoolProfiles") or ()
        if (pool := cluster.pools.get(str(sent.get("name")).lower())) is not None and raises_version(pool, sent)
    }


def _rollbacks(azure: Azure, cluster: ManagedCluster, document: JsonObject) -> dict[str, str]:
    """An older `nodeImageVersion` in a body rolls its pool back (Azure SDK: API version 2026-06-01)."""
    return {
        pool.name: sent["nodeImageVersion"]
        for sent in (document.get("properties") or {}).get("agentPoolProfiles") or ()
        if (pool := cluster.pools.get(str(sent.get("name")).lower())) is not None
        and _is_older(azure, pool, str(sent.get("nodeImageVersion")))
    }


def _is_older(azure: Azure, pool: AgentPool, image: str) -> bool:
    published = azure.published_images(pool.family)
    if image not in published or pool.image not in published:
        return False
    return published.index(image) < published.index(pool.image)
