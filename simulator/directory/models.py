"""The principals of the tenant, and when a look-up finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A service principal in the directory: an application's, or a managed identity's."""

    name: str
    client_id: str
    object_id: str
    kind: str
    """`Application` or `ManagedIdentity`."""
    found_from: datetime
    """The directory replicates: before this moment a look-up does not find it."""
    secret_expires_at: datetime | None = None
    """When the secret that it signs in with ends; None for never."""


class Directory:
    """All principals of the tenant."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self._by_object_id: dict[str, Principal] = {}
        self._by_client_id: dict[str, Principal] = {}

    def add(self, principal: Principal) -> None:
        """Register a principal."""
        self._by_object_id[principal.object_id.lower()] = principal
        self._by_client_id[principal.client_id.lower()] = principal

    def remove(self, object_id: str) -> None:
        """Forget a principal."""
        if principal := self._by_object_id.pop(object_id.lower(), None):
            self._by_client_id.pop(principal.client_id.lower(), None)

    def named(self, name: str) -> Principal | None:
        """The first principal of a name."""
        return next((principal for principal in self._by_object_id.values() if principal.name == name), None)

    def with_object_id(self, object_id: str) -> Principal | None:
        """The principal of an object id, replicated or not."""
        return self._by_object_id.get(object_id.lower())

    def with_client_id(self, client_id: str) -> Principal | None:
        """The principal of an application (client) id, replicated or not."""
        return self._by_client_id.get(client_id.lower())
