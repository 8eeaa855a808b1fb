"""User-assigned managed identities."""

from __future__ import annotations

from dataclasses import dataclass, field

KIND = "Microsoft.ManagedIdentity/userAssignedIdentities"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAssignedIdentity:
    """A user-assigned managed identity, and the principal that stands for it in the directory."""

    id: str
    name: str
    location: str
    client_id: str
    principal_id: str
    tags: dict[str, str] = field(default_factory=dict)
