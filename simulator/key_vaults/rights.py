"""From when on a principal may use the keys of a vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.key_vaults.models import KIND
from simulator.role_assignments.rights import effective_from

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.azure import Azure
    from simulator.key_vaults.models import KeyVault

ENCRYPT = f"{KIND}/keys/encrypt/action"
DECRYPT = f"{KIND}/keys/decrypt/action"
_POLICY_WORDS = {ENCRYPT: "encrypt", DECRYPT: "decrypt"}


def may_use_from(azure: Azure, vault: KeyVault, principal_id: str, action: str) -> datetime | None:
    """From when on; a policy of the vault is as old as the world (Microsoft Learn: KMS etcd encryption).

    A vault listens to Azure roles or to its policies, never to both (Microsoft Learn: Azure RBAC for Key Vault).
    """
    if vault.mode == "rbac" or action not in _POLICY_WORDS:
        return effective_from(azure, principal_id, action, vault.id)
    return azure.began if _in_policies(azure, vault, principal_id, _POLICY_WORDS[action]) else None


def _in_policies(azure: Azure, vault: KeyVault, principal_id: str, word: str) -> bool:
    """A policy may be for a group (Microsoft Learn: assign a Key Vault access policy)."""
    holders = {principal_id.lower(), *(group.object_id.lower() for group in azure.directory.groups_of(principal_id))}
    return any(
        policy.principal_id.lower() in holders and {word, "all"} & {permitted.lower() for permitted in policy.keys}
        for policy in vault.policies
    )
