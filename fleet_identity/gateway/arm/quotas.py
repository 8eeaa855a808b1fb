"""Compute quotas on the wire (api-version 2024-07-01)."""

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.surroundings import Cores, Quota

_TOTAL, _FAMILY = "cores", "family"


async def cores(connection: Connection, subscription: str, location: str) -> Cores | None:
    """Tell the vCPU quotas of a region: in total, and of families of machines; other quotas are left out."""
    path = (
        f"/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/usages?api-version=2024-07-01"
    )
    with translated(f"/subscriptions/{subscription}", f"read the compute quota of {location}"):
        usages = await connection.list_arm(path)
    quotas = {usage["name"]["value"].lower(): (usage["currentValue"], usage["limit"]) for usage in usages}
    if _TOTAL not in quotas:
        return None
    used, limit = quotas[_TOTAL]
    families = {name: Quota(used=one[0], limit=one[1]) for name, one in quotas.items() if name.endswith(_FAMILY)}
    return Cores(used=used, limit=limit, families=families)
