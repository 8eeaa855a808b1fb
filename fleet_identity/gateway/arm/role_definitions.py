"""roleDefinitions on the wire: what each role permits."""

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.permissions import RoleDefinition


async def read_all(connection: Connection, subscription: str) -> dict[str, RoleDefinition]:
    """List all roles that can be assigned at a subscription, above or below it, by GUID.

    Without the filter custom roles are left out that can be assigned only to groups or resources of the subscription.
    Source: Microsoft Learn, "Role Definitions - List".
    """
    kind = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions"
    path = f"{kind}?$filter=atScopeAndBelow()&api-version=2022-04-01"
    with translated(f"/subscriptions/{subscription}", f"list the roles of subscription {subscription}"):
        found = await connection.list_arm(path)
    definitions = (
        RoleDefinition(
            guid=document["name"].lower(),
            name=document["properties"]["roleName"],
            actions=tuple(
                action for one in document["properties"]["permissions"] for action in one.get("actions") or ()
            ),
            not_actions=tuple(
                action for one in document["properties"]["permissions"] for action in one.get("notActions") or ()
            ),
        )
        for document in found
    )
    return {definition.guid: definition for definition in definitions}
