"""What the old principal's roles leave open: rights that are not handed on, and registries that can't be told."""

from collections.abc import Iterator

from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.pull_grants import is_registry, lets_pull
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import NETWORK_CONTRIBUTOR, PULL_AMONG_OTHERS, PULL_ONLY
from fleet_identity.surroundings import RoleAssignment, Surroundings
from fleet_identity.target import Target


def role_findings(surroundings: Surroundings, target: Target) -> Iterator[Finding]:
    """Tell what a person must know of the old principal's roles before the cluster leaves it."""
    if surroundings.old_principal_id is None:
        yield _principal_unknown(target)
    yield from map(_unreadable, surroundings.unreadable)
    yield from (_not_found(scope) for scope, registry in surroundings.registries.items() if registry is None)
    doubtful = [grant for grant in surroundings.held_by_old_principal if _may_pull_unseen(grant)]
    if doubtful and target.registries is None:
        yield _registries_unknown(doubtful[0])
    yield from (_not_copied(grant) for grant in surroundings.held_by_old_principal if not _explained(grant))


def _may_pull_unseen(grant: RoleAssignment) -> bool:
    if lets_pull(grant):
        return False
    pulls = grant.role.guid in PULL_ONLY | PULL_AMONG_OTHERS
    return is_registry(grant.scope) or (pulls and grant.scope.is_wide)


def _explained(grant: RoleAssignment) -> bool:
    return grant.role == NETWORK_CONTRIBUTOR or lets_pull(grant)


def _principal_unknown(target: Target) -> Finding:
    tell = blocks if target.registries is None else warns
    return tell(
        Code.OLD_PRINCIPAL_UNKNOWN,
        "The directory does not know the service principal, or may not be read, so its roles are not known.",
        "Give the runner the Graph permission Application.Read.All; or name the registries that the cluster "
        "pulls from in the target (--registry, --no-registries), and take over other roles by hand.",
    )


def _unreadable(subscription: str) -> Finding:
    return warns(
        Code.SUBSCRIPTION_UNREADABLE,
        f"Role assignments in subscription {subscription} may not be read; the service principal may hold some there.",
        "If the cluster uses anything in it, let the runner read it, or name its registries (--registry).",
    )


def _not_found(scope: ResourceId) -> Finding:
    return blocks(
        Code.REGISTRY_NOT_FOUND,
        f"The registry {scope} can't be read.",
        "If it is gone, remove the service principal's role on it; if it lives in another tenant, a managed "
        "identity can't pull from it: move the images first.",
    )


def _registries_unknown(grant: RoleAssignment) -> Finding:
    return blocks(
        Code.REGISTRIES_UNKNOWN,
        f"The service principal holds {grant.role.name} on {grant.scope.describe()}, by which nodes may pull from "
        "registries that can't be told.",
        "Name the registries that the cluster pulls from in the target (--registry), or say that there are no more "
        "than its pull roles show (--no-registries).",
    )


def _not_copied(grant: RoleAssignment) -> Finding:
    return warns(
        Code.ROLE_NOT_COPIED,
        f"The service principal holds {grant.role.name} on {grant.scope.describe()}; no managed identity gets it.",
        "If something in the cluster relies on it, grant the identity what that needs before the switch.",
    )
