"""Log Analytics workspaces, and what becomes of a cluster whose workspace is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.errors import OperationError
from simulator.resource_id import key

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

KIND = "Microsoft.OperationalInsights/workspaces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A Log Analytics workspace."""

    id: str
    name: str
    location: str


def workspace_of(properties: JsonObject) -> str | None:
    """The id of the workspace that a cluster's enabled monitoring add-on names; its name has two spellings."""
    for name, profile in (properties.get("addonProfiles") or {}).items():
        if name.lower() == "omsagent" and profile.get("enabled"):
            config = {setting.lower(): value for setting, value in (profile.get("config") or {}).items()}
            return config.get("loganalyticsworkspaceresourceid")
    return None


def missing_workspace(azure: Azure, cluster: ManagedCluster) -> OperationError | None:
    """How an update or upgrade ends where the workspace has been deleted (Azure/arm-template-whatif#321).

    Microsoft Learn has the same of upgrading and scaling; that it ends the operation, not the request, is assumed.
    """
    workspace = workspace_of(cluster.properties)
    if workspace is None or key(workspace) not in azure.deleted_workspaces:
        return None
    return OperationError(
        code="GetLogAnalyticsWorkspaceError",
        message=f"Unable to get log analytics workspace info. Resource ID: {workspace}. Details: Category: "
        "ClientError; Code: GetLogAnalyticsWorkspaceError; SubCode: ResourceNotFound; Message: Unable to "
        "retrieve log analytics workspace. Please resolve the issue below and try again. If resource is intentionally "
        "deleted to stop monitoring, please also disable monitoring addon by following doc: "
        "https://aka.ms/aks-disable-monitoring-addon.",
    )
