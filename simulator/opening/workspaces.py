"""Log Analytics workspaces: those that a world describes, and those that add-ons name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.log_analytics_workspaces.models import KIND, Workspace, workspace_of
from simulator.managed_clusters.models import KIND as CLUSTER
from simulator.resource_id import group_id, group_of, key, name_of, resource_id, subscription_of

if TYPE_CHECKING:
    from simulator.azure import Azure


def add_workspaces(azure: Azure) -> None:
    """Every workspace that is described or named exists, but those that somebody has deleted."""
    for described in azure.world.log_analytics_workspaces:
        scope = group_id(azure.world.subscription_id(described.subscription), described.resource_group)
        _add(azure, f"{scope}/providers/{KIND}/{described.name}", described.location)
    for cluster in azure.clusters.values():
        if workspace := workspace_of(cluster.properties):
            _add(azure, workspace, cluster.location)
    for described in azure.world.clusters:
        if described.monitoring_workspace_deleted:
            subscription = azure.world.subscription_id(described.subscription)
            cluster_id = resource_id(subscription, described.resource_group, CLUSTER, described.name)
            deleted = key(workspace_of(azure.clusters[key(cluster_id)].properties) or "")
            azure.deleted_workspaces.add(deleted)
            azure.workspaces.pop(deleted, None)


def _add(azure: Azure, workspace: str, location: str) -> None:
    azure.groups.ensure(subscription_of(workspace) or "", group_of(workspace) or "", location)
    azure.workspaces.setdefault(key(workspace), Workspace(id=workspace, name=name_of(workspace), location=location))
