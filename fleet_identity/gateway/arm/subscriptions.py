"""Subscriptions on the wire (api-version 2022-12-01)."""

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated


async def read_all(connection: Connection) -> tuple[str, ...]:
    """List the subscriptions that the credential sees, sorted."""
    url = "/subscriptions?api-version=2022-12-01"
    found: list[str] = []
    with translated("/subscriptions", "list subscriptions"):
        while url:
            page = await connection.get_arm(url)
            found += [document["subscriptionId"] for document in page["value"]]
            url = page.get("nextLink") or ""
    return tuple(sorted(found))
