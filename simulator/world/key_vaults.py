"""Key vaults of a world, and the encryption of secrets that uses one, as their author describes them."""

from typing import Literal

from pydantic import Field, model_validator

from simulator.world.settings import Part


class VaultPermissions(Part):
    """What a policy permits, in Azure's words, by what it is permitted on."""

    keys: list[str] = Field(default=[])
    secrets: list[str] = Field(default=[])
    certificates: list[str] = Field(default=[])


class AccessPolicy(Part):
    """An access policy of a vault."""

    principal: str
    """Named as in a role assignment."""
    permissions: VaultPermissions = VaultPermissions()


class KeyVault(Part):
    """A key vault: who may use its content is said by Azure roles, or by its own access policies."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$")
    resource_group: str
    location: str = "westeurope"
    subscription: str | None = None
    mode: Literal["rbac", "access_policies"] = "rbac"
    policies: list[AccessPolicy] = Field(default=[])

    @model_validator(mode="after")
    def _policies_where_they_count(self) -> "KeyVault":
        if self.policies and self.mode == "rbac":
            raise ValueError("policies go with mode access_policies")
        return self


class Kms(Part):
    """Encryption of the cluster's secrets in etcd with a key of a vault."""

    vault: str
    """A key vault's name."""
    network_access: Literal["Public", "Private"] = "Public"
