"""What roles permit, and what the runner itself may do: computed from lists, not found out by being refused.

An action matches a pattern whose `*` stands for anything, `/` included; `notActions` take away from one role, never
from another. Source: Microsoft Learn, "Understand Azure role definitions".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from fleet_identity.granting_condition import roles_in
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import ASSIGN_ROLE
from fleet_identity.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDefinition:
    """A role, and the actions of the control plane that it permits."""

    guid: str
    name: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()

    def permits(self, action: str) -> bool:
        """Whether the role permits an action."""
        return _any(self.actions, action) and not _any(self.not_actions, action)

    @property
    def may_grant(self) -> bool:
        """Whether its holder could hand out roles, and so any right at all."""
        return self.permits(ASSIGN_ROLE)

    @property
    def is_wildcard(self) -> bool:
        """Whether it permits everything but for some exceptions."""
        return "*" in self.actions


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A role in force at a scope and below."""

    scope: ResourceId
    definition: RoleDefinition
    condition: str = ""
    """What narrows it; one of the form that we print can be judged, any other only by Azure."""

    def lets_grant(self, role: Role) -> bool:
        """Whether its condition lets a role be granted; yes, where only Azure can tell."""
        named = roles_in(self.condition)
        return named is None or role.guid.lower() in named


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """The principal that this product runs as, its tenant, and its rights in the subscriptions that were looked at."""

    object_id: str
    tenant: str
    rights: tuple[Right, ...] = ()
    subscriptions: frozenset[str] = frozenset()
    """Where its rights are known, in lower case."""

    def may(self, action: str, scope: ResourceId) -> bool:
        """Whether it may perform an action at a scope; yes, where its rights are not known."""
        if scope.subscription.lower() not in self.subscriptions:
            return True
        return bool(self._permitting(action, scope))

    def may_grant(self, role: Role, scope: ResourceId) -> bool:
        """Whether it may grant a role at a scope, by the conditions of its rights to grant any; `may` comes first."""
        rights = self._permitting(ASSIGN_ROLE, scope)
        return not rights or any(right.lets_grant(role) for right in rights)

    def may_somewhere(self, action: str, subscription: ResourceId) -> bool:
        """Whether it may perform an action anywhere in a subscription; yes, where its rights are not known."""
        if subscription.name.lower() not in self.subscriptions:
            return True
        return any(
            right.definition.permits(action)
            and (right.scope.contains(subscription) or subscription.contains(right.scope))
            for right in self.rights
        )

    def _permitting(self, action: str, scope: ResourceId) -> tuple[Right, ...]:
        return tuple(right for right in self.rights if right.scope.contains(scope) and right.definition.permits(action))


def _any(patterns: Iterable[str], action: str) -> bool:
    return any(_compiled(pattern).fullmatch(action) for pattern in patterns)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*"), re.IGNORECASE)
