"""Long-running operations on the wire: read once, for the error, when one has ended badly."""

from fleet_identity.errors import FleetIdentityError
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import from_operation, translated
from fleet_identity.gateway.protocols import Operation


async def failure(connection: Connection, operation: Operation) -> FleetIdentityError | None:
    """Tell why an operation failed; an `error` beside any other status means nothing (as recorded)."""
    with translated(operation.url, "read an operation's status"):
        body = await connection.get_arm(operation.url)
    if body.get("status") not in {"Failed", "Canceled"}:
        return None
    return from_operation(body.get("error") or {}, operation.url)
