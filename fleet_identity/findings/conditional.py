"""Grants that can't be made, because the same role is held at the same scope under a condition that gives less."""

from collections.abc import Iterator

from fleet_identity.findings import Code, Finding, blocks
from fleet_identity.grants.held import narrowed
from fleet_identity.situation import Situation
from fleet_identity.steps import AssignRole
from fleet_identity.surroundings import RoleAssignment


def conditional_findings(situation: Situation) -> Iterator[Finding]:
    """List the assignments with a condition that stand in the place of a grant."""
    for grant in situation.all_grants():
        if found := narrowed(grant, situation.surroundings.held_by(grant.principal)):
            yield _conditional(grant, found)


def _conditional(grant: AssignRole, found: RoleAssignment) -> Finding:
    return blocks(
        Code.CONDITIONAL_GRANT,
        f"The {grant.principal.describe()} holds {grant.role.name} on {found.scope} only under the condition "
        f"{found.condition}.",
        "Azure allows no second assignment of that role there: remove this one or its condition, and run again.",
    )
