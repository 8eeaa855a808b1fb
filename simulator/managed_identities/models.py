"""User-assigned managed identities."""

from __future__ import annotations

from dataclasses import dataclass, field

KIND = "Microsoft.ManagedIdentity/userAssignedIdentities"
FEDERATED = "federatedIdentityCredentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """Tokens of an issuer that may be exchanged for those of an identity."""

    name: str
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAssignedIdentity:
    """A user-assigned managed identity, and the principal that stands for it in the directory."""

    id: str
    name: str
    location: str
    client_id: str
    principal_id: str
    tags: dict[str, str] = field(default_factory=dict)
    federated: tuple[FederatedCredential, ...] = ()
