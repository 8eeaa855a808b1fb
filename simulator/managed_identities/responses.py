"""User-assigned identities as ARM answers them (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.managed_identities.models import KIND

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.managed_identities.models import UserAssignedIdentity


def identity_document(identity: UserAssignedIdentity, tenant: str) -> JsonObject:
    """An identity; its id has `resourcegroups` in lower case."""
    return {
        "location": identity.location,
        "tags": dict(identity.tags),
        "id": identity.id,
        "name": identity.name,
        "type": KIND,
        "properties": {
            "tenantId": tenant,
            "principalId": identity.principal_id,
            "clientId": identity.client_id,
        },
    }
