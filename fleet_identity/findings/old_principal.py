"""What the old principal's roles leave open: who it is, who shares it, and rights that are not handed on."""

from collections.abc import Iterator

from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.grants.copied import called, why_not
from fleet_identity.grants.held import held
from fleet_identity.grants.pulls import lets_pull
from fleet_identity.situation import Situation
from fleet_identity.steps import AssignRole
from fleet_identity.surroundings import RoleAssignment
from fleet_identity.target import Target

_SHOWN = 3
"""Scopes that a finding names one by one."""


def old_principal_findings(situation: Situation) -> Iterator[Finding]:
    """Tell what a person must know of the old principal before the cluster leaves it."""
    surroundings = situation.surroundings
    record = situation.change.record
    moving = situation.leaves_principal or (record and record.client_id and situation.change.nodes)
    if surroundings.old_principal_id is None and moving:
        yield _unknown(situation.target)
    yield from (_unreadable(subscription, situation.target) for subscription in surroundings.unreadable)
    if surroundings.shared_with:
        yield _shared(surroundings.shared_with)
    if situation.change.control_plane:
        given = situation.all_grants()
        left = [one for one in surroundings.held_by_old_principal if not _explained(one, given)]
        for role in dict.fromkeys(one.role for one in left):
            yield _not_copied([one for one in left if one.role == role], given, situation)


def _explained(assignment: RoleAssignment, given: tuple[AssignRole, ...]) -> bool:
    return lets_pull(assignment) or any(_gives(grant, assignment) for grant in given)


def _gives(grant: AssignRole, assignment: RoleAssignment) -> bool:
    return grant.role == assignment.role and grant.scope.contains(assignment.scope)


def _unknown(target: Target) -> Finding:
    tell = blocks if target.registries is None else warns
    return tell(
        Code.OLD_PRINCIPAL_UNKNOWN,
        "The directory does not know the service principal, or may not be read, so its roles are not known.",
        "Give the runner the Graph permission Application.Read.All, or tell the principal's object id "
        "(--service-principal); or name the registries that the cluster pulls from (--registry, --no-registries), and "
        "take over other roles by hand.",
    )


def _unreadable(subscription: str, target: Target) -> Finding:
    tell = blocks if target.registries is None else warns
    return tell(
        Code.SUBSCRIPTION_UNREADABLE,
        f"Role assignments in subscription {subscription} may not be read; the service principal may hold some there.",
        "Let the runner read it; or name the registries that the cluster pulls from (--registry, --no-registries).",
    )


def _shared(others: int) -> Finding:
    clusters = "1 other cluster runs" if others == 1 else f"{others} other clusters run"
    return warns(
        Code.SHARED_PRINCIPAL,
        f"{clusters} on the same service principal.",
        "Keep it and its secret until the last of them has left; roles of it are not copied to any one cluster.",
    )


def _not_copied(left: list[RoleAssignment], given: tuple[AssignRole, ...], situation: Situation) -> Finding:
    """Tell of one role, at all scopes where it stays behind."""
    role = called(left[0].role, situation.surroundings)
    reasons = {why_not(one, situation.surroundings) for one in left} if situation.allow.copies(role) else set[str]()
    narrower = sorted({name for one in left for name in _narrower(one, given)})
    got = f"the new identity gets it on {', '.join(narrower)} only" if narrower else "no managed identity gets it"
    told = f" ({'; '.join(sorted(reasons))})" if reasons else ""
    return warns(
        Code.ROLE_NOT_COPIED,
        f"The old principal holds {role.name} on {_scopes(left)}; {got}{told}.",
        "If something in the cluster relies on it, ask for what that needs (--extra-role), or let the "
        "operator name it (FLEET_IDENTITY_COPIED_ROLES).",
    )


def _scopes(left: list[RoleAssignment]) -> str:
    shown = [one.scope.describe() for one in left[:_SHOWN]]
    more = len(left) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _narrower(assignment: RoleAssignment, given: tuple[AssignRole, ...]) -> list[str]:
    return sorted({grant.scope.name for grant in given if held(grant, (assignment,))})
