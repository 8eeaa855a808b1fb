"""Key vaults as a world describes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.key_vaults.models import KIND, AccessPolicy, KeyVault
from simulator.opening.grants import principal_id
from simulator.resource_id import group_id, key

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.world.key_vaults import AccessPolicy as DescribedPolicy


def add_key_vaults(azure: Azure) -> None:
    """The vaults, which clusters name; their policies follow when there is somebody to name."""
    for vault in azure.world.key_vaults:
        subscription = azure.world.subscription_id(vault.subscription)
        azure.groups.ensure(subscription, vault.resource_group, vault.location)
        vault_id = f"{group_id(subscription, vault.resource_group)}/providers/{KIND}/{vault.name}"
        azure.key_vaults[key(vault_id)] = KeyVault(
            id=vault_id, name=vault.name, location=vault.location, mode=vault.mode
        )


def add_access_policies(azure: Azure) -> None:
    """Who may use what is in the vaults that have policies of their own."""
    policies = {
        vault.name: tuple(_policy(azure, policy) for policy in vault.policies) for vault in azure.world.key_vaults
    }
    for vault_key, vault in azure.key_vaults.items():
        azure.key_vaults[vault_key] = replace(vault, policies=policies[vault.name])


def _policy(azure: Azure, policy: DescribedPolicy) -> AccessPolicy:
    return AccessPolicy(
        principal_id=principal_id(azure, policy.principal),
        keys=tuple(policy.permissions.keys),
        secrets=tuple(policy.permissions.secrets),
        certificates=tuple(policy.permissions.certificates),
    )
