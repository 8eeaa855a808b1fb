"""What the kubelet identity must be granted, so that nodes can pull images the moment they are re-imaged."""

from fleet_identity.cluster import Cluster
from fleet_identity.findings import Code, Finding, blocks
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, PULL_AMONG_OTHERS, PULL_ONLY, REPOSITORY_READER, Role
from fleet_identity.steps import AssignRole, KubeletOf
from fleet_identity.surroundings import RoleAssignment, Surroundings
from fleet_identity.target import Target

_REGISTRY = "/providers/microsoft.containerregistry/registries/"


def pull_grants(cluster: Cluster, surroundings: Surroundings, target: Target) -> tuple[AssignRole, ...]:
    """List the pull roles of the kubelet identity: on what the target names, else what the old principal could."""
    scopes = pull_scopes(surroundings.held_by(surroundings.old_principal_id), target)
    return tuple(
        AssignRole(
            principal=KubeletOf(cluster_id=cluster.id),
            role=_pull_role(scope, surroundings),
            scope=scope,
            because=because,
        )
        for scope, because in scopes.items()
    )


def pull_scopes(held: tuple[RoleAssignment, ...], target: Target) -> dict[ResourceId, str]:
    """Tell from where nodes pull, and how we know."""
    if target.registries is not None:
        return dict.fromkeys(target.registry_ids(), "the target names it")
    return {
        grant.scope: f"the service principal holds {grant.role.name} there"
        for grant in held
        if grant.role.guid in PULL_ONLY or (grant.role.guid in PULL_AMONG_OTHERS and is_registry(grant.scope))
    }


def is_registry(scope: ResourceId) -> bool:
    """Whether the scope is a container registry itself, not a group or subscription that may hold some."""
    return _REGISTRY in scope.key


def pull_findings(surroundings: Surroundings, target: Target) -> tuple[Finding, ...]:
    """Tell what keeps us from knowing from where nodes pull."""
    missing = tuple(scope for scope, registry in surroundings.registries.items() if registry is None)
    return (*(_not_found(scope) for scope in missing), *_unknown(surroundings, target))


def _pull_role(scope: ResourceId, surroundings: Surroundings) -> Role:
    registry = surroundings.registries.get(scope)
    return REPOSITORY_READER if registry is not None and registry.abac else ACR_PULL


def _unknown(surroundings: Surroundings, target: Target) -> tuple[Finding, ...]:
    if target.registries is not None:
        return ()
    held = surroundings.held_by(surroundings.old_principal_id)
    wide = [grant for grant in held if grant.role.guid in PULL_AMONG_OTHERS and grant.scope.is_wide]
    return tuple(
        blocks(
            Code.REGISTRIES_UNKNOWN,
            f"The service principal holds {grant.role.name} on {grant.scope.describe()}, by which nodes may pull "
            "from any registry below.",
            "Name the registries that the cluster pulls from in the target (--registry), or none at all "
            "(--no-registries).",
        )
        for grant in wide[:1]
    )


def _not_found(scope: ResourceId) -> Finding:
    return blocks(
        Code.REGISTRY_NOT_FOUND,
        f"The registry {scope} can't be read.",
        "If it is gone, name the registries that are left in the target (--registry); if it lives in another "
        "tenant, a managed identity can't pull from it: move the images first.",
    )
