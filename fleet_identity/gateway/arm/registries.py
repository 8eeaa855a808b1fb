"""Container registries on the wire."""

from azure.core.exceptions import ResourceNotFoundError

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Registry


async def read(connection: Connection, registry_id: ResourceId) -> Registry | None:
    """Read a registry and its mode; None where it, its group or its subscription is not found."""
    registries = connection.registries(registry_id.subscription).registries
    with translated(registry_id, f"read registry {registry_id.name}"):
        try:
            found = await registries.get(registry_id.resource_group, registry_id.name)
        except ResourceNotFoundError:
            return None
    mode = found["properties"].get("roleAssignmentMode")
    return Registry(id=registry_id, abac=mode == "AbacRepositoryPermissions")
