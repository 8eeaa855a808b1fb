"""How a user-assigned identity comes into being."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.directory.models import Principal
from simulator.guid import fresh_guid
from simulator.managed_identities.models import UserAssignedIdentity
from simulator.resource_id import key, name_of

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.azure import Azure


def create(
    azure: Azure, identity_id: str, *, location: str, tags: dict[str, str] | None = None
) -> UserAssignedIdentity:
    """Make an identity; the directory finds its principal once that has replicated."""
    identity = UserAssignedIdentity(
        id=identity_id,
        name=name_of(identity_id),
        location=location,
        client_id=fresh_guid(),
        principal_id=fresh_guid(),
        tags=tags or {},
    )
    register(azure, identity, found_from=azure.now + azure.world.timing.directory_replication)
    return identity


def register(azure: Azure, identity: UserAssignedIdentity, *, found_from: datetime) -> None:
    """Add an identity and its principal."""
    azure.identities[key(identity.id)] = identity
    azure.directory.add(
        Principal(
            name=identity.name,
            client_id=identity.client_id,
            object_id=identity.principal_id,
            kind="ManagedIdentity",
            found_from=found_from,
        )
    )
