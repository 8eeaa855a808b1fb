"""Container registries on the wire."""

from typing import Any

from azure.core.exceptions import ClientAuthenticationError, ResourceNotFoundError

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Registry

_OTHER_TENANT = "InvalidAuthenticationTokenTenant"
"""ARM's answer to a token of one tenant at a subscription of another."""


async def read(connection: Connection, registry_id: ResourceId) -> Registry | None:
    """Read a registry and its mode; None where it, its group or its subscription is not found."""
    registries = connection.registries(registry_id.subscription).registries
    with translated(registry_id, f"read registry {registry_id.name}"):
        try:
            found = await registries.get(registry_id.resource_group, registry_id.name)
        except ResourceNotFoundError:
            return None
        except ClientAuthenticationError as error:
            if error.error and error.error.code == _OTHER_TENANT:
                return Registry(id=registry_id, foreign=True)
            raise
    return _registry(registry_id, found)


async def read_all(connection: Connection, subscription: str) -> dict[ResourceId, Registry]:
    """List the registries of a subscription."""
    registries = connection.registries(subscription).registries
    with translated(f"/subscriptions/{subscription}", f"list the registries of subscription {subscription}"):
        found = [_registry(ResourceId(document["id"]), document) async for document in registries.list()]
    return {registry.id: registry for registry in found}


def _registry(registry_id: ResourceId, document: Any) -> Registry:
    mode = document["properties"].get("roleAssignmentMode")
    return Registry(id=registry_id, abac=mode == "AbacRepositoryPermissions")
