"""Roles that are needed or asked for, and that this product may not grant."""

from collections.abc import Iterator

from fleet_identity.findings import Code, Finding, blocks
from fleet_identity.grants.copied import called, too_much
from fleet_identity.grants.held import lacking
from fleet_identity.situation import Situation
from fleet_identity.steps import AssignRole


def allowed_findings(situation: Situation) -> Iterator[Finding]:
    """List grants outside the operator's allow-list, and those that no cluster ever gets."""
    for grant in lacking(situation.all_grants(), situation.surroundings):
        if never := too_much(grant.role, grant.scope, situation.surroundings):
            yield _never(grant, never)
        elif not is_allowed(grant, situation):
            yield _not_listed(grant, called(grant.role, situation.surroundings).name)


def is_allowed(grant: AssignRole, situation: Situation) -> bool:
    """Whether this product may make a grant; one that it may not make is in no plan's `now`."""
    listed = situation.allow.permits(called(grant.role, situation.surroundings))
    return listed and not too_much(grant.role, grant.scope, situation.surroundings)


def _not_listed(grant: AssignRole, role: str) -> Finding:
    return blocks(
        Code.ROLE_NOT_ALLOWED,
        f"{grant.principal.describe()} needs {role} on {grant.scope.name} ({grant.because}), which the allow-list does "
        "not contain.",
        "Let the operator add it (FLEET_IDENTITY_GRANTED_ROLES), or grant it by hand.",
    )


def _never(grant: AssignRole, why: str) -> Finding:
    return blocks(
        Code.ROLE_NOT_ALLOWED,
        f"{grant.role.name} on {grant.scope.describe()} is asked for ({grant.because}); {why}.",
        "Ask for a narrower role, or a narrower scope.",
    )
