"""Log Analytics workspaces on the wire (api-version 2023-09-01): whether one is there."""

from azure.core.exceptions import ResourceNotFoundError

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId

_VERSION = "api-version=2023-09-01"


async def exists(connection: Connection, workspace_id: ResourceId) -> bool:
    """Tell whether a workspace is there."""
    with translated(workspace_id, f"read workspace {workspace_id.name}"):
        try:
            await connection.get_arm(f"{workspace_id.text}?{_VERSION}")
        except ResourceNotFoundError:
            return False
    return True


async def read_all(connection: Connection, subscription: str) -> frozenset[ResourceId]:
    """List the workspaces of a subscription."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.OperationalInsights/workspaces?{_VERSION}"
    with translated(f"/subscriptions/{subscription}", f"list the workspaces of subscription {subscription}"):
        return frozenset(ResourceId(document["id"]) for document in await connection.list_arm(path))
