"""What may be granted at all, what is copied, and to whom a run may have it given: the operator's word, not a run's."""

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
    """At and below which scopes a run may ask for extra roles, and name registries."""
    named_at: frozenset[ResourceId] = frozenset()
    """At and below which scopes a run may name identities that are not a cluster's own."""

    def permits(self, role: Role) -> bool:
        """Whether a role may be granted."""
        return not self.granted.isdisjoint(_names(role))

    def copies(self, role: Role) -> bool:
        """Whether a role of the old principal is copied; only what may be granted is."""
        return not self.copied.isdisjoint(_names(role)) and self.permits(role)

    def may_be_asked(self, scope: ResourceId) -> bool:
        """Whether a run may ask for a role at a scope; what the cluster itself shows to be needed is not asked."""
        return _within(scope, self.asked_at)

    def may_be_named(self, identity: ResourceId) -> bool:
        """Whether a run may name an identity that is not the cluster's own."""
        return _within(identity, self.named_at)


def allow_list(
    granted: tuple[str, ...] = GRANTED_BY_DEFAULT,
    copied: tuple[str, ...] = (),
    asked_at: tuple[str, ...] = (_ANYWHERE,),
    named_at: tuple[str, ...] = (),
) -> AllowList:
    """Make an allow-list of roles, and of the scopes of extra ones and of identities, as people write them."""
    return AllowList(
        granted=frozenset(map(_key, granted)),
        copied=frozenset(map(_key, copied)),
        asked_at=frozenset(map(ResourceId, asked_at)),
        named_at=frozenset(map(ResourceId, named_at)),
    )


def _within(scope: ResourceId, bounds: frozenset[ResourceId]) -> bool:
    return any(one.text == _ANYWHERE or one.contains(scope) for one in bounds)


def _names(role: Role) -> frozenset[str]:
    return frozenset({_key(role.name), _key(role.guid)})


def _key(text: str) -> str:
    return text.strip().lower()
