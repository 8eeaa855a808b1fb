"""Key vaults on the wire (api-version 2023-07-01): whether they go by Azure RBAC, or by access policies."""

from typing import Any

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Vault

_VERSION = "api-version=2023-07-01"


async def read(connection: Connection, vault_id: ResourceId) -> Vault:
    """Read one vault."""
    with translated(vault_id, f"read key vault {vault_id.name}"):
        return _vault(await connection.get_arm(f"{vault_id.text}?{_VERSION}"))


async def read_all(connection: Connection, subscription: str) -> tuple[Vault, ...]:
    """List the vaults of a subscription."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/vaults?{_VERSION}"
    with translated(f"/subscriptions/{subscription}", f"list the key vaults of subscription {subscription}"):
        return tuple(map(_vault, await connection.list_arm(path)))


def _vault(document: dict[str, Any]) -> Vault:
    properties = document.get("properties") or {}
    policies = properties.get("accessPolicies") or ()
    return Vault(
        id=ResourceId(document["id"]),
        rbac=bool(properties.get("enableRbacAuthorization")),
        named=frozenset(str(policy["objectId"]).lower() for policy in policies),
        crypto=frozenset(str(policy["objectId"]).lower() for policy in policies if _opens_keys(policy)),
    )


def _opens_keys(policy: dict[str, Any]) -> bool:
    """Whether a policy permits what AKS does with the key. Source: Microsoft Learn, "Use KMS etcd encryption"."""
    keys = {str(permission).lower() for permission in (policy.get("permissions") or {}).get("keys") or ()}
    return keys >= {"encrypt", "decrypt"} or "all" in keys
