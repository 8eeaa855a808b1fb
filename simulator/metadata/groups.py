"""The resource groups of the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceGroup:
    """A resource group."""

    name: str
    location: str


class ResourceGroups:
    """All resource groups, found by subscription and name in any casing."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str], ResourceGroup] = {}

    def ensure(self, subscription: str, name: str, location: str) -> ResourceGroup:
        """The group of a name, made where there is none."""
        group = ResourceGroup(name=name, location=location)
        return self._groups.setdefault((subscription.lower(), name.lower()), group)

    def find(self, subscription: str, name: str) -> ResourceGroup | None:
        """The group of a name."""
        return self._groups.get((subscription.lower(), name.lower()))

    def of(self, subscription: str) -> Iterator[ResourceGroup]:
        """The groups of a subscription."""
        return (group for (owner, _), group in self._groups.items() if owner == subscription.lower())
