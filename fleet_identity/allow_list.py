"""Which roles may be granted at all, and which of the old principal's are copied: the operator's word, not a run's."""

from dataclasses import dataclass

from fleet_identity.roles import KNOWN, OWNER, Role

GRANTED_BY_DEFAULT = tuple(role.name for role in KNOWN if role != OWNER)
"""What references, registries, add-ons and the article's example ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowList:
    """Roles by name or GUID, in lower case."""

    granted: frozenset[str]
    copied: frozenset[str] = frozenset()

    def permits(self, role: Role) -> bool:
        """Whether a role may be granted."""
        return not self.granted.isdisjoint(_names(role))

    def copies(self, role: Role) -> bool:
        """Whether a role of the old principal is copied; only what may be granted is."""
        return not self.copied.isdisjoint(_names(role)) and self.permits(role)


def allow_list(granted: tuple[str, ...] = GRANTED_BY_DEFAULT, copied: tuple[str, ...] = ()) -> AllowList:
    """Make an allow-list of roles as people write them."""
    return AllowList(granted=frozenset(map(_key, granted)), copied=frozenset(map(_key, copied)))


def _names(role: Role) -> frozenset[str]:
    return frozenset({_key(role.name), _key(role.guid)})


def _key(text: str) -> str:
    return text.strip().lower()
