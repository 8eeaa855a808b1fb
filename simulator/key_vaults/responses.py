"""Key vaults as ARM answers them (Microsoft Learn: REST API of vaults, 2023-07-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.key_vaults.models import KIND

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.key_vaults.models import AccessPolicy, KeyVault


def vault_document(vault: KeyVault, tenant: str) -> JsonObject:
    """A vault; its policies are shown, and without effect, where Azure roles decide."""
    return {
        "id": vault.id,
        "name": vault.name,
        "type": KIND,
        "location": vault.location,
        "tags": {},
        "properties": {
            "tenantId": tenant,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": vault.mode == "rbac",
            "accessPolicies": [_policy(policy, tenant) for policy in vault.policies],
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "vaultUri": vault.uri,
            "provisioningState": "Succeeded",
            "publicNetworkAccess": "Enabled",
        },
    }


def _policy(policy: AccessPolicy, tenant: str) -> JsonObject:
    return {
        "tenantId": tenant,
        "objectId": policy.principal_id,
        "permissions": {
            "keys": list(policy.keys),
            "secrets": list(policy.secrets),
            "certificates": list(policy.certificates),
        },
    }
