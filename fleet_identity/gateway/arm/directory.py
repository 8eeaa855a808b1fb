"""Microsoft Graph on the wire: from the application id that a cluster shows to the object id that roles name."""

from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated


async def service_principal(connection: Connection, client_id: str) -> str | None:
    """Tell the object id of an application's service principal; None where it is gone or Graph is closed to us."""
    path = f"/v1.0/servicePrincipals?$filter=appId eq '{client_id}'&$select=id,appId"
    try:
        with translated(client_id, f"look up service principal {client_id}"):
            found = (await connection.get_graph(path))["value"]
    except NeedsHumanError as error:
        if error.code in {"Authorization_RequestDenied", "HTTP 403"}:
            return None
        raise
    return found[0]["id"] if found else None
