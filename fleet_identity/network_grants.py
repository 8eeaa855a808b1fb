"""What the control-plane identity must be granted: what the cluster's own references demand, and no more."""

from collections.abc import Iterable

from fleet_identity.cluster import Cluster, Reference
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import NETWORK_CONTRIBUTOR
from fleet_identity.steps import AssignRole, Principal
from fleet_identity.surroundings import RoleAssignment, Surroundings


def network_grants(cluster: Cluster, surroundings: Surroundings, principal: Principal) -> tuple[AssignRole, ...]:
    """List the network roles that the cluster's control plane needs outside its node resource group.

    Where the old principal holds Network Contributor on the resource, what it belongs to, or its group, the
    role is taken over there; where it works by anything wider, the identity gets the role on the resource itself.
    """
    held = surroundings.held_by_old_principal
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


def _scope(reference: Reference, held: Iterable[RoleAssignment]) -> ResourceId:
    scopes = (
        grant.scope
        for grant in held
        if grant.role == NETWORK_CONTRIBUTOR and grant.scope.group.key and grant.scope.contains(reference.id)
    )
    return max(scopes, key=lambda scope: len(scope.key), default=reference.id)
