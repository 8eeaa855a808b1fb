"""Secrets and groups of the directory as a world describes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from simulator.directory.models import Group, Secret
from simulator.guid import derived_guid

if TYPE_CHECKING:
    from simulator.world.directory import Group as DescribedGroup
    from simulator.world.models import ServicePrincipal

_NEVER = datetime(2299, 12, 31, tzinfo=UTC)
"""What the portal wrote where somebody chose that a secret never ends (public reports)."""
_A_YEAR = timedelta(days=365)


def secrets_of(principal: ServicePrincipal, holder: str, began: datetime) -> tuple[Secret, ...]:
    """The secrets of an application, or of its service principal; what a cluster signs in with is the application's."""
    ends = [secret.expires_at for secret in principal.secrets if secret.held_by == holder]
    if holder == "application":
        ends.insert(0, principal.secret_expires_at or _NEVER)
    return tuple(
        Secret(
            key_id=derived_guid("secret", principal.name, holder, str(index)),
            # Azure CLI makes secrets that last a year
            starts_at=(began if end == _NEVER else end) - _A_YEAR,
            ends_at=end,
        )
        for index, end in enumerate(ends)
    )


def group_id(group: DescribedGroup) -> str:
    """The object id of a group."""
    return group.object_id or derived_guid("group", group.name)


def group_of(group: DescribedGroup, members: tuple[str, ...]) -> Group:
    """A group, with the object ids of its members."""
    return Group(name=group.name, object_id=group_id(group), members=members)
