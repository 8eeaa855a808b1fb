"""User-assigned identities as ARM answers them (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.managed_identities.models import FEDERATED, KIND

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.managed_identities.models import FederatedCredential, UserAssignedIdentity


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


def federated_document(identity: UserAssignedIdentity, credential: FederatedCredential) -> JsonObject:
    """A federated identity credential, for the audience that Entra asks for (Azure SDK)."""
    return {
        "id": f"{identity.id}/{FEDERATED}/{credential.name}",
        "name": credential.name,
        "type": f"{KIND}/{FEDERATED}",
        "properties": {
            "issuer": credential.issuer,
            "subject": credential.subject,
            "audiences": ["api://AzureADTokenExchange"],
        },
    }
