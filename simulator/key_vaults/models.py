"""Key vaults: who may use what is in them, by Azure roles or by policies of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from simulator.azure import Azure

KIND = "Microsoft.KeyVault/vaults"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """What a vault's policy permits a principal."""

    principal_id: str
    keys: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVault:
    """A key vault."""

    id: str
    name: str
    location: str
    mode: Literal["rbac", "access_policies"]
    policies: tuple[AccessPolicy, ...] = ()

    @property
    def uri(self) -> str:
        """Where its content is read; vaults have names that nobody else in the world has."""
        return f"https://{self.name.lower()}.vault.azure.net/"


def vault_named(azure: Azure, name: str) -> KeyVault:
    """The vault of a name, which a world is checked to have."""
    return next(vault for vault in azure.key_vaults.values() if vault.name == name)


def vault_of_key(azure: Azure, key_id: str) -> KeyVault | None:
    """The vault that a key's URL lies in."""
    return next((vault for vault in azure.key_vaults.values() if key_id.lower().startswith(vault.uri)), None)
