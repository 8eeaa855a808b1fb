"""Roles that the target asks for, beside those that follow from the cluster."""

from fleet_identity.cluster import Cluster
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import Role, role_called
from fleet_identity.steps import AddonOf, AssignRole, Principal
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import ExtraRole, Target

ASKED = "the target asks for it"


def extra_grants(
    cluster: Cluster, surroundings: Surroundings, target: Target, control_plane: Principal, kubelet: Principal
) -> tuple[AssignRole, ...]:
    """List the extra roles of this cluster's identities; one for an add-on that it does not have is left out."""
    asked = ((extra, _who(extra.principal, cluster, control_plane, kubelet)) for extra in target.extra_roles)
    return tuple(
        AssignRole(
            principal=who,
            role=_role(extra, surroundings),
            scope=ResourceId(extra.scope),
            because=ASKED,
        )
        for extra, who in asked
        if who
    )


def _who(name: str, cluster: Cluster, control_plane: Principal, kubelet: Principal) -> Principal | None:
    match name:
        case "control_plane":
            return control_plane
        case "kubelet":
            return kubelet
        case _:
            addon = cluster.addon(name)
            return AddonOf(cluster_id=cluster.id, addon=addon.name) if addon else None


def _role(extra: ExtraRole, surroundings: Surroundings) -> Role:
    """Find a custom role by its name or its GUID; the name only its definition tells."""
    asked = extra.role.strip().lower()
    for definition in surroundings.definitions.values():
        if asked in {definition.name.lower(), definition.guid.lower()}:
            return Role(name=definition.name, guid=definition.guid)
    return role_called(extra.role)
