"""The principals and groups of the tenant, and when a look-up finds them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What is known of a secret; nobody is shown the secret itself."""

    key_id: str
    starts_at: datetime
    ends_at: datetime


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
    application_secrets: tuple[Secret, ...] = ()
    """What its application has; managed identities have no application."""
    own_secrets: tuple[Secret, ...] = ()
    """What it has itself, beside its application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A security group; its members are principals and other groups."""

    name: str
    object_id: str
    members: tuple[str, ...]
    """Object ids."""


class Directory:
    """All principals of the tenant."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self._by_object_id: dict[str, Principal] = {}
        self._by_client_id: dict[str, Principal] = {}
        self._groups: dict[str, Group] = {}
        self._groups_with: dict[str, list[Group]] = defaultdict(list)

    def __iter__(self) -> Iterator[Principal]:
        """All principals, replicated or not."""
        return iter(self._by_object_id.values())

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

    def add_group(self, group: Group) -> None:
        """Register a group."""
        self._groups[group.object_id.lower()] = group
        for member in group.members:
            self._groups_with[member.lower()].append(group)

    def group(self, object_id: str) -> Group | None:
        """The group of an object id."""
        return self._groups.get(object_id.lower())

    def groups_of(self, object_id: str) -> list[Group]:
        """The groups that a principal or group is in, through others as well."""
        found: dict[str, Group] = {}
        coming = list(self._groups_with.get(object_id.lower(), ()))
        while coming:
            group = coming.pop()
            if group.object_id not in found:
                found[group.object_id] = group
                coming += self._groups_with.get(group.object_id.lower(), ())
        return list(found.values())
