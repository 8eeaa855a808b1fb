"""Which roles may be granted at all, and which of the old principal's are copied: the operator's word, not a run's."""

from dataclasses import dataclass

from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import KNOWN, OWNER, Role

GRANTED_BY_DEFAULT = tuple(role.name for role in KNOWN if role != OWNER)
"""What references, registries, add-ons and the article's example ask for."""

_ANYWHERE = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowList:
    """Roles by name or GUID, in lower case."""

    granted: frozenset[str]
    copied: frozenset[str] = frozenset()
    asked_at: frozenset[ResourceId] = frozenset({ResourceId(_ANYWHERE)})
    """At and below which scopes a run may ask for extra roles."""

    def permits(self, role: Role) -> bool:
        """Whether a role may be granted."""
        return not self.granted.isdisjoint(_names(role))

    def copies(self, role: Role) -> bool:
        """Whether a role of the old principal is copied; only what may be granted is."""
        return not self.copied.isdisjoint(_names(role)) and self.permits(role)

    def may_be_asked(self, scope: ResourceId) -> bool:
        """Whether a run may ask for an extra role at a scope; what a cluster's own references demand is not asked."""
        return any(one.text == _ANYWHERE or one.contains(scope) for one in self.asked_at)


def allow_list(
    granted: tuple[str, ...] = GRANTED_BY_DEFAULT,
    copied: tuple[str, ...] = (),
    asked_at: tuple[str, ...] = (_ANYWHERE,),
) -> AllowList:
    """Make an allow-list of roles, and of the scopes of extra ones, as people write them."""
    return AllowList(
        granted=frozenset(map(_key, granted)),
        copied=frozenset(map(_key, copied)),
        asked_at=frozenset(map(ResourceId, asked_at)),
    )


def _names(role: Role) -> frozenset[str]:
    return frozenset({_key(role.name), _key(role.guid)})


def _key(text: str) -> str:
    return text.strip().lower()
