"""What a kubelet identity must be granted, so that nodes can pull images the moment they are re-imaged."""

from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, PULL_AMONG_OTHERS, PULL_ONLY, REPOSITORY_READER, Role
from fleet_identity.steps import AssignRole, Principal
from fleet_identity.surroundings import RoleAssignment, Surroundings
from fleet_identity.target import Target

NAMED = "the target names it"
_REGISTRY = "/providers/microsoft.containerregistry/registries/"


def pull_grants(surroundings: Surroundings, target: Target, principal: Principal) -> tuple[AssignRole, ...]:
    """List the pull roles of a kubelet identity: where the old principal could pull, and what the target names."""
    held = (grant for grant in surroundings.pulled_by if lets_pull(grant))
    wanted = {
        **{(scope, _honoured(scope, surroundings)): NAMED for scope in target.registry_ids()},
        **{
            (grant.scope, _taken_over(grant, surroundings)): f"the old principal holds {grant.role.name} there"
            for grant in held
        },
    }
    return tuple(
        AssignRole(principal=principal, role=role, scope=scope, because=because)
        for (scope, role), because in wanted.items()
        if not _out_of_reach(scope, surroundings)
    )


def lets_pull(grant: RoleAssignment) -> bool:
    """Whether a grant tells from where nodes pull: a role about registries, or any known one on a registry itself."""
    if grant.conditional:
        return False  # it gives less than its role: what exactly, only its condition tells
    guid = grant.role.guid
    pulls = guid in PULL_ONLY or (guid in PULL_AMONG_OTHERS and is_registry(grant.scope))
    return pulls and grant.scope.subscription != ""


def is_registry(scope: ResourceId) -> bool:
    """Whether the scope is a container registry itself, not a group or subscription that may hold some."""
    return _REGISTRY in scope.key


def registries_to_read(held: tuple[RoleAssignment, ...], target: Target) -> tuple[ResourceId, ...]:
    """List the registries whose mode decides which role lets nodes pull."""
    on_registries = (grant.scope for grant in held if is_registry(grant.scope))
    return tuple(dict.fromkeys((*target.registry_ids(), *on_registries)))


def _out_of_reach(scope: ResourceId, surroundings: Surroundings) -> bool:
    if scope not in surroundings.registries:
        return False
    registry = surroundings.registries[scope]
    return registry is None or registry.foreign


def _taken_over(grant: RoleAssignment, surroundings: Surroundings) -> Role:
    if is_registry(grant.scope):
        return _honoured(grant.scope, surroundings)
    return REPOSITORY_READER if grant.role == REPOSITORY_READER else ACR_PULL


def _honoured(scope: ResourceId, surroundings: Surroundings) -> Role:
    registry = surroundings.registries.get(scope)
    return REPOSITORY_READER if registry is not None and registry.abac else ACR_PULL
