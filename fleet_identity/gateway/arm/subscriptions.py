"""Subscriptions on the wire (api-version 2022-12-01)."""

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated


async def read_all(connection: Connection) -> dict[str, str]:
    """List the subscriptions that the credential sees, sorted, each with its tenant."""
    with translated("/subscriptions", "list subscriptions"):
        found = await connection.list_arm("/subscriptions?api-version=2022-12-01")
    return {
        one["subscriptionId"]: one.get("tenantId") or "" for one in sorted(found, key=lambda it: it["subscriptionId"])
    }
