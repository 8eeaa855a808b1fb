"""Policy assignments on the wire (api-version 2023-04-01): those of Azure's own that refuse what lacks a tag.

Other policies can't be judged from outside; Azure's refusal names them.
"""

from typing import Any

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import TagPolicy

_REQUIRE_TAG = "871b6d14-10aa-478d-b590-94f262ecfa99"
_REQUIRE_TAG_AND_VALUE = "1e30110a-5ceb-460c-a204-c1c3969c6d62"
"""Built-in definitions "Require a tag on resources" and "Require a tag and its value on resources"."""


async def tag_policies(connection: Connection, subscription: str) -> tuple[TagPolicy, ...]:
    """List the policies that ask for tags at, above and below a subscription."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/policyAssignments?api-version=2023-04-01"
    with translated(f"/subscriptions/{subscription}", f"list the policies of subscription {subscription}"):
        found = await connection.list_arm(path)
    return tuple(rule for rule in map(_rule, found) if rule)


def _rule(document: dict[str, Any]) -> TagPolicy | None:
    properties = document["properties"]
    definition = str(properties.get("policyDefinitionId") or "").rsplit("/", 1)[-1].lower()
    if definition not in {_REQUIRE_TAG, _REQUIRE_TAG_AND_VALUE} or properties.get("enforcementMode") == "DoNotEnforce":
        return None
    given = properties.get("parameters") or {}
    return TagPolicy(
        name=str(properties.get("displayName") or document["name"]),
        scope=ResourceId(properties["scope"]),
        # whether a management group holds the subscription is not known here
        spares=tuple(one for one in map(ResourceId, properties.get("notScopes") or ()) if one.subscription),
        tag=given["tagName"]["value"],
        value=given["tagValue"]["value"] if definition == _REQUIRE_TAG_AND_VALUE else None,
    )
