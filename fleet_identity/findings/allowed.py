"""Roles that are needed or asked for, and that this product may not grant."""

from collections.abc import Iterator

from fleet_identity.findings import Code, Finding, blocks
from fleet_identity.grants.copied import called, too_much
from fleet_identity.grants.extra import ASKED
from fleet_identity.grants.held import lacking
from fleet_identity.grants.pulls import NAMED
from fleet_identity.situation import Situation
from fleet_identity.steps import AssignRole

_BY_A_RUN = frozenset({ASKED, NAMED})
"""Why a grant is a run's own word: nothing about the cluster shows that it is needed."""


def allowed_findings(situation: Situation) -> Iterator[Finding]:
    """List grants outside the operator's allow-list, and those that no cluster ever gets."""
    for grant in lacking(situation.all_grants(), situation.surroundings):
        if never := too_much(grant.role, grant.scope, situation.surroundings):
            yield _never(grant, never)
        elif not _is_listed(grant, situation):
            yield _not_listed(grant, called(grant.role, situation.surroundings).name)
        elif not _may_be_asked(grant, situation):
            yield _out_of_reach(grant)


def is_allowed(grant: AssignRole, situation: Situation) -> bool:
    """Whether this product may make a grant; one that it may not make is in no plan's `now`."""
    listed = _is_listed(grant, situation) and _may_be_asked(grant, situation)
    return listed and not too_much(grant.role, grant.scope, situation.surroundings)


def _is_listed(grant: AssignRole, situation: Situation) -> bool:
    return situation.allow.permits(called(grant.role, situation.surroundings))


def _may_be_asked(grant: AssignRole, situation: Situation) -> bool:
    return grant.because not in _BY_A_RUN or situation.allow.may_be_asked(grant.scope)


def _out_of_reach(grant: AssignRole) -> Finding:
    return blocks(
        Code.ROLE_NOT_ALLOWED,
        f"This run asks for {grant.role.name} for {grant.principal.describe()} on {grant.scope} ({grant.because}), but "
        "the operator does not allow runs to request roles there.",
        "Let the operator add the scope (FLEET_IDENTITY_EXTRA_ROLE_SCOPES), or grant it by hand.",
    )


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
