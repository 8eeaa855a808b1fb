"""What the control-plane identity must be granted: what the cluster's own references demand, and no more."""

from collections.abc import Iterable

from fleet_identity.cluster import Cluster, Reference
from fleet_identity.findings import Code, Finding, warns
from fleet_identity.pull_grants import is_registry
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import NETWORK_CONTRIBUTOR, PULL_AMONG_OTHERS, PULL_ONLY
from fleet_identity.steps import AssignRole, Principal
from fleet_identity.surroundings import RoleAssignment, Surroundings


def network_grants(cluster: Cluster, surroundings: Surroundings, principal: Principal) -> tuple[AssignRole, ...]:
    """List the network roles that the cluster's control plane needs outside its node resource group.

    Where the old principal holds Network Contributor, it is taken over at the scope where it is held;
    where it works by a wider role, the identity gets Network Contributor on the resource itself.
    """
    held = surroundings.held_by(surroundings.old_principal_id)
    wanted = {_scope(reference, held): reference for reference in demands(cluster, surroundings)}
    return tuple(
        AssignRole(
            principal=principal,
            role=NETWORK_CONTRIBUTOR,
            scope=scope,
            because=f"the cluster uses {reference.kind} {reference.id.name}",
        )
        for scope, reference in wanted.items()
    )


def demands(cluster: Cluster, surroundings: Surroundings) -> tuple[Reference, ...]:
    """List what the control plane must be able to use, the route tables of its subnets included."""
    return tuple(dict.fromkeys((*cluster.outside_references, *surroundings.route_tables)))


def roles_not_copied(surroundings: Surroundings) -> tuple[Finding, ...]:
    """Tell which grants of the old principal no reference of the cluster explains."""
    held = surroundings.held_by(surroundings.old_principal_id)
    return tuple(_not_copied(grant) for grant in held if not _explained(grant))


def _scope(reference: Reference, held: Iterable[RoleAssignment]) -> ResourceId:
    scopes = (
        grant.scope
        for grant in held
        if grant.role == NETWORK_CONTRIBUTOR and grant.scope.subscription and grant.scope.contains(reference.id)
    )
    return max(scopes, key=lambda scope: len(scope.key), default=reference.id)


def _explained(grant: RoleAssignment) -> bool:
    guid = grant.role.guid
    pulls = is_registry(grant.scope) and guid in PULL_AMONG_OTHERS
    return guid == NETWORK_CONTRIBUTOR.guid or guid in PULL_ONLY or pulls


def _not_copied(grant: RoleAssignment) -> Finding:
    return warns(
        Code.ROLE_NOT_COPIED,
        f"The service principal holds {grant.role.name} on {grant.scope.describe()}; no managed identity gets it.",
        "If something in the cluster relies on it, grant the identity what that needs before the switch.",
    )
