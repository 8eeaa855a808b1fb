"""userAssignedIdentities on the wire."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.msi.v2024_11_30.models import Identity as IdentityDocument

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import is_absent, translated
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Identity


async def read(connection: Connection, identity_id: ResourceId) -> Identity | None:
    """Read an identity; None where its group has none of that name."""
    identities = connection.identities(identity_id.subscription).user_assigned_identities
    with translated(identity_id, f"read identity {identity_id.name}"):
        try:
            return _identity(await identities.get(identity_id.resource_group, identity_id.name))
        except ResourceNotFoundError as error:
            if is_absent(error):
                return None
            raise


async def read_all(connection: Connection, subscription: str) -> dict[ResourceId, Identity]:
    """List the identities of a subscription."""
    identities = connection.identities(subscription).user_assigned_identities
    with translated(f"/subscriptions/{subscription}", f"list the identities of subscription {subscription}"):
        found = [_identity(document) async for document in identities.list_by_subscription()]
    return {identity.id: identity for identity in found}


async def create(connection: Connection, identity_id: ResourceId, location: str, tags: Mapping[str, str]) -> Identity:
    """Create an identity in its group."""
    identities = connection.identities(identity_id.subscription).user_assigned_identities
    with translated(identity_id, f"create identity {identity_id.name} in {identity_id.resource_group}"):
        return _identity(
            await identities.create_or_update(
                identity_id.resource_group,
                identity_id.name,
                IdentityDocument(location=location, tags=dict(tags) or None),
            )
        )


async def federated(connection: Connection, identity_id: ResourceId) -> tuple[str, ...]:
    """Name the federated credentials of an identity."""
    credentials = connection.identities(identity_id.subscription).federated_identity_credentials
    with translated(identity_id, f"list the federated credentials of identity {identity_id.name}"):
        found = credentials.list(identity_id.resource_group, identity_id.name)
        return tuple([str(document.name) async for document in found])


async def delete(connection: Connection, identity_id: ResourceId) -> None:
    """Delete an identity; 204, or a 404, where it or its group is gone already.

    ARM leaves its role assignments, and lets one in use go. Source: Microsoft Learn, "Manage user-assigned managed
    identities".
    """
    identities = connection.identities(identity_id.subscription).user_assigned_identities
    doing = f"delete identity {identity_id.name} in {identity_id.resource_group}"
    with translated(identity_id, doing), suppress(ResourceNotFoundError):
        await identities.delete(identity_id.resource_group, identity_id.name)


def _identity(document: Any) -> Identity:
    return Identity(
        id=ResourceId(document.id),
        principal_id=document.principal_id,
        client_id=document.client_id,
        tags=dict(document.tags or {}),
    )
