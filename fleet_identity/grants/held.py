"""Whether grants exist, and how old they are: the only measure of propagation that Azure offers."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from fleet_identity.steps import AssignRole, AwaitPropagation, Principal
from fleet_identity.surroundings import RoleAssignment, Surroundings


def held(grant: AssignRole, assignments: Iterable[RoleAssignment]) -> RoleAssignment | None:
    """Find the oldest assignment that gives what `grant` asks for; one inherited from above counts.

    One with a condition does not count: it gives less than its role says.
    """
    covering = (
        found
        for found in assignments
        if found.role == grant.role and found.scope.contains(grant.scope) and not found.conditional
    )
    return min(covering, key=lambda found: found.created_on, default=None)


def narrowed(grant: AssignRole, assignments: Iterable[RoleAssignment]) -> RoleAssignment | None:
    """Find the assignment with a condition that keeps `grant` from being made; None where nothing does.

    Azure takes one assignment of a role to a principal at a scope, and answers RoleAssignmentExists to a second.
    """
    own = tuple(assignments)
    if held(grant, own):
        return None
    alike = (found for found in own if (found.role, found.scope) == (grant.role, grant.scope))
    return next(alike, None)


def missing(grants: Iterable[AssignRole], assignments: tuple[RoleAssignment, ...]) -> tuple[AssignRole, ...]:
    """List the grants that nothing gives yet; `assignments` are those of their principal."""
    return tuple(grant for grant in grants if held(grant, assignments) is None)


def lacking(grants: Iterable[AssignRole], surroundings: Surroundings) -> tuple[AssignRole, ...]:
    """List the grants, of any principals, that nothing gives yet."""
    return tuple(grant for grant in grants if held(grant, surroundings.held_by(grant.principal)) is None)


def remaining(
    grants: Iterable[AssignRole],
    assignments: tuple[RoleAssignment, ...],
    minimum_age: timedelta,
    now: datetime,
) -> timedelta:
    """Tell how long until the youngest of these existing grants is `minimum_age` old; zero if it is."""
    made = [found.created_on for grant in grants if (found := held(grant, assignments))]
    return max(max(made) + minimum_age - now, timedelta(0)) if made else timedelta(0)


def await_propagation(
    grants: tuple[AssignRole, ...], surroundings: Surroundings, minimum_age: timedelta
) -> tuple[AwaitPropagation, ...]:
    """Plan waits, one a principal, by the age of the grants, not by who made them when: so they survive a kill."""
    return tuple(
        AwaitPropagation(grants=own, minimum_age=minimum_age)
        for principal, own in by_principal(grants).items()
        if missing(own, surroundings.held_by(principal))
        or remaining(own, surroundings.held_by(principal), minimum_age, surroundings.observed_at)
    )


def by_principal(grants: Iterable[AssignRole]) -> dict[Principal, tuple[AssignRole, ...]]:
    """Sort grants by who gets them, in order."""
    found: dict[Principal, tuple[AssignRole, ...]] = {}
    for grant in grants:
        found[grant.principal] = (*found.get(grant.principal, ()), grant)
    return found
