"""Management locks on the wire (api-version 2016-09-01); the SDKs at hand have no client for them."""

import re

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Lock

_OWN_PATH = re.compile(r"/providers/Microsoft\.Authorization/locks/(?=[^/]+$)", re.IGNORECASE)


async def read_all(connection: Connection, subscription: str) -> tuple[Lock, ...]:
    """List all locks at and below a subscription."""
    url = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/locks?api-version=2016-09-01"
    with translated(f"/subscriptions/{subscription}", f"list the locks of subscription {subscription}"):
        found = await connection.list_arm(url)
    return tuple(_lock(document["id"], document["properties"]["level"]) for document in found)


def _lock(lock_id: str, level: str) -> Lock:
    scope, name = _OWN_PATH.split(lock_id)
    return Lock(name=name, level=level, scope=ResourceId(scope))
