"""Subnets on the wire (api-version 2024-05-01), for the route table that a cluster's PUT does not show."""

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId


async def route_table(connection: Connection, subnet_id: ResourceId) -> ResourceId | None:
    """Tell the route table of a subnet."""
    with translated(subnet_id, f"read subnet {subnet_id.name}"):
        subnet = await connection.get_arm(f"{subnet_id.text}?api-version=2024-05-01")
    table = (subnet.get("properties") or {}).get("routeTable")
    return ResourceId(table["id"]) if table else None
