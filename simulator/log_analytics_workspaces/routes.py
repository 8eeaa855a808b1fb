"""Microsoft.OperationalInsights/workspaces, read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import resource_not_found
from simulator.guid import derived_guid
from simulator.log_analytics_workspaces.models import KIND, Workspace
from simulator.messages import Answer, ArmRequest, listed
from simulator.resource_id import group_id, is_within, key
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One workspace."""
    azure.require_group(request["subscription"], request["group"])
    workspace = azure.workspaces.get(key(request.path))
    if workspace is None:
        raise resource_not_found(KIND, request["name"], request["group"])
    return Answer(body=_document(workspace))


def list_in_subscription(azure: Azure, request: ArmRequest) -> Answer:
    """The workspaces of a subscription."""
    return _below(azure, f"/subscriptions/{azure.require_subscription(request['subscription']).id}")


def list_in_group(azure: Azure, request: ArmRequest) -> Answer:
    """The workspaces of a resource group."""
    group = azure.require_group(request["subscription"], request["group"])
    return _below(azure, group_id(request["subscription"], group.name))


def _below(azure: Azure, scope: str) -> Answer:
    return listed([_document(one) for one in azure.workspaces.values() if is_within(one.id, scope)])


def _document(workspace: Workspace) -> JsonObject:
    """A workspace in the shape of API version 2023-09-01 (Microsoft Learn: REST API of Log Analytics)."""
    return {
        "id": workspace.id,
        "name": workspace.name,
        "type": KIND,
        "location": workspace.location,
        "tags": {},
        "properties": {
            "provisioningState": "Succeeded",
            "customerId": derived_guid("workspace", key(workspace.id)),
            "sku": {"name": "PerGB2018"},
            "retentionInDays": 30,
        },
    }


_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + KIND

ROUTES = (
    route("GET", "/subscriptions/{subscription}/providers/" + KIND, list_in_subscription),
    route("GET", _GROUP, list_in_group),
    route("GET", _GROUP + "/{name}", get),
)
