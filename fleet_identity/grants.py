"""Whether grants exist, and how old they are: the only measure of propagation that Azure offers."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from fleet_identity.steps import AssignRole, AwaitPropagation
from fleet_identity.surroundings import RoleAssignment


def held(grant: AssignRole, assignments: Iterable[RoleAssignment]) -> RoleAssignment | None:
    """Find the oldest assignment that gives what `grant` asks for; one inherited from above counts."""
    covering = (found for found in assignments if found.role == grant.role and found.scope.contains(grant.scope))
    return min(covering, key=lambda found: found.created_on, default=None)


def missing(grants: Iterable[AssignRole], assignments: tuple[RoleAssignment, ...]) -> tuple[AssignRole, ...]:
    """List the grants that nothing gives yet; `assignments` are those of their principal."""
    return tuple(grant for grant in grants if held(grant, assignments) is None)


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
    grants: tuple[AssignRole, ...],
    assignments: tuple[RoleAssignment, ...],
    minimum_age: timedelta,
    now: datetime,
) -> tuple[AwaitPropagation, ...]:
    """Plan a wait by the age of the grants, not by who made them when: so it survives a kill."""
    young = missing(grants, assignments) or remaining(grants, assignments, minimum_age, now)
    return (AwaitPropagation(grants=grants, minimum_age=minimum_age),) if young else ()
