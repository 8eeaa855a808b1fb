"""Roles of the old principal that go over to the new identity because the operator's allow-list names them.

Never: a role that may grant roles, `*`, Contributor on a resource group or above, an assignment with a condition
(it speaks of its own principal), and anything of a principal that other clusters share, which would hand the union
of its rights to each of them.
"""

from fleet_identity.allow_list import AllowList
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import CONTRIBUTOR, KNOWN, OWNER, Role
from fleet_identity.steps import AssignRole, ControlPlaneOf, Principal
from fleet_identity.surroundings import RoleAssignment, Surroundings


def copied_grants(surroundings: Surroundings, allow: AllowList, principal: Principal) -> tuple[AssignRole, ...]:
    """List the roles that are copied; none to an identity that exists only after the switch."""
    if isinstance(principal, ControlPlaneOf):
        return ()
    return tuple(
        AssignRole(
            principal=principal,
            role=called(held.role, surroundings),
            scope=held.scope,
            because="the old principal holds it, and the allow-list says to copy it",
        )
        for held in dict.fromkeys(surroundings.held_by_old_principal)
        if allow.copies(called(held.role, surroundings)) and not why_not(held, surroundings)
    )


def why_not(held: RoleAssignment, surroundings: Surroundings) -> str:
    """Tell why a role of the old principal is not copied though the allow-list names it; "" if it is."""
    if held.conditional:
        return "its condition can't be carried over"
    if surroundings.shared_with:
        return f"{surroundings.shared_with} other clusters use the same principal"
    return too_much(held.role, held.scope, surroundings)


def too_much(role: Role, scope: ResourceId, surroundings: Surroundings) -> str:
    """Tell why a role at a scope is never granted to a cluster; "" if it may be."""
    definition = surroundings.definitions.get(role.guid)
    if role == OWNER or (definition and definition.may_grant):
        return "it may grant roles, and so anything"
    if definition is None and role not in KNOWN:
        return "what it permits can't be read"
    if role == CONTRIBUTOR and scope.is_wide:
        return "Contributor on a resource group or above is never given to a cluster"
    if role != CONTRIBUTOR and definition and definition.is_wildcard:
        return "it permits everything"
    return "" if scope.subscription else "it reaches above subscriptions"


def called(role: Role, surroundings: Surroundings) -> Role:
    """Give a role under the name of its definition, where that has been read."""
    definition = surroundings.definitions.get(role.guid)
    return Role(name=definition.name, guid=role.guid) if definition else role
