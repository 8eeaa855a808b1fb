"""Virtual networks on the wire (api-version 2024-05-01), for what hangs on a subnet: a cluster does not show it."""

from typing import Any

from fleet_identity.cluster import Reference, ReferenceKind
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Subnet

_VERSION = "api-version=2024-05-01"
_HANGS: tuple[tuple[str, ReferenceKind], ...] = (("routeTable", "route table"), ("natGateway", "NAT gateway"))


async def read_subnet(connection: Connection, subnet_id: ResourceId) -> Subnet:
    """Read one subnet."""
    with translated(subnet_id, f"read subnet {subnet_id.name}"):
        return _subnet(await connection.get_arm(f"{subnet_id.text}?{_VERSION}"))


async def read_all_subnets(connection: Connection, subscription: str) -> dict[ResourceId, Subnet]:
    """Read the subnets of all virtual networks in a subscription."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Network/virtualNetworks?{_VERSION}"
    with translated(f"/subscriptions/{subscription}", f"list the virtual networks of subscription {subscription}"):
        networks = await connection.list_arm(path)
    found = [_subnet(document) for one in networks for document in (one.get("properties") or {}).get("subnets") or ()]
    return {subnet.id: subnet for subnet in found}


def _subnet(document: dict[str, Any]) -> Subnet:
    properties = document.get("properties") or {}
    attached = [
        Reference(kind=kind, id=ResourceId(properties[name]["id"])) for name, kind in _HANGS if properties.get(name)
    ]
    return Subnet(id=ResourceId(document["id"]), attached=tuple(attached))
