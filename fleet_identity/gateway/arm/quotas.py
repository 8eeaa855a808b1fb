"""Compute quotas on the wire (api-version 2024-07-01)."""

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.surroundings import Cores


async def cores(connection: Connection, subscription: str, location: str) -> Cores | None:
    """Tell the total regional vCPU quota."""
    path = (
        f"/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/usages?api-version=2024-07-01"
    )
    with translated(f"/subscriptions/{subscription}", f"read the compute quota of {location}"):
        usages = await connection.list_arm(path)
    for usage in usages:
        if usage["name"]["value"] == "cores":
            return Cores(used=usage["currentValue"], limit=usage["limit"])
    return None
