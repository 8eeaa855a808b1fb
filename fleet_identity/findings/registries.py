"""Registries that nodes pull from: not found, out of reach, or not to be told at all."""

from collections.abc import Iterator

from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.grants.copied import called
from fleet_identity.grants.pulls import is_registry, lets_pull
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import KNOWN, PULL_AMONG_OTHERS, PULL_ONLY, Role
from fleet_identity.situation import Situation
from fleet_identity.surroundings import RoleAssignment, Surroundings

_PULL = "Microsoft.ContainerRegistry/registries/pull/read"


def registry_findings(situation: Situation) -> Iterator[Finding]:
    """Tell what a person must know of the registries before nodes pull as somebody else."""
    surroundings, target = situation.surroundings, situation.target
    for scope, registry in surroundings.registries.items():
        if registry is None:
            yield _not_found(scope)
        elif registry.foreign:
            yield _foreign(scope, accepted=target.accept_foreign_registries)
    doubtful = [grant for grant in surroundings.pulled_by if _may_pull_unseen(grant, surroundings)]
    if target.registries is None and doubtful:
        yield _unknown(doubtful[0], surroundings)
    elif target.registries is None and _pulls_by_nothing_known(situation):
        yield _nothing_known()


def _may_pull_unseen(grant: RoleAssignment, surroundings: Surroundings) -> bool:
    if lets_pull(grant):
        return False
    return is_registry(grant.scope) or (grant.scope.is_wide and _may_pull(grant.role, surroundings))


def _may_pull(role: Role, surroundings: Surroundings) -> bool:
    """Whether a role lets nodes pull, or may do so for all that is known of it."""
    if role.guid in PULL_ONLY | PULL_AMONG_OTHERS or _is_unread(role, surroundings):
        return True
    definition = surroundings.definitions.get(role.guid)
    return definition is not None and definition.permits(_PULL)


def _is_unread(role: Role, surroundings: Surroundings) -> bool:
    return role not in KNOWN and role.guid not in surroundings.definitions


def _pulls_by_nothing_known(situation: Situation) -> bool:
    """Whether a kubelet identity is to be replaced that we have not made, and that holds no role to take over."""
    replaced = situation.change.kubelet_id is not None and not situation.leaves_principal
    return replaced and situation.change.record is None and not situation.kubelet_grants()


def _nothing_known() -> Finding:
    return blocks(
        Code.REGISTRIES_UNKNOWN,
        "The present kubelet identity holds no pull role, and nodes may pull by something else: what they need "
        "can't be told.",
        "Name the registries that the cluster pulls from in the target (--registry), or say that there are none "
        "(--no-registries).",
    )


def _not_found(scope: ResourceId) -> Finding:
    return blocks(
        Code.REGISTRY_NOT_FOUND,
        f"The registry {scope} can't be read.",
        "If it is gone, remove the old principal's role on it; if not, let the runner read it, and run again.",
    )


def _foreign(scope: ResourceId, *, accepted: bool) -> Finding:
    tell = warns if accepted else blocks
    return tell(
        Code.REGISTRY_IN_OTHER_TENANT,
        f"The registry {scope.name} lives in another tenant; a managed identity can't pull from it, and there is no "
        "way back to a service principal.",
        "Import its images into a registry of this tenant first, or accept the loss (--accept-foreign-registries).",
    )


def _unknown(grant: RoleAssignment, surroundings: Surroundings) -> Finding:
    unread, name = _is_unread(grant.role, surroundings), called(grant.role, surroundings).name
    what = "what this role permits can't be read, and nodes may pull by it" if unread else "by which nodes may pull"
    readable = ", or let the runner read role definitions there (Microsoft.Authorization/roleDefinitions/read)"
    return blocks(
        Code.REGISTRIES_UNKNOWN,
        f"The old principal holds {name} on {grant.scope.describe()}, {what} from registries that can't be told.",
        "Name the registries that the cluster pulls from in the target (--registry), or say that there are no more "
        f"than its pull roles show (--no-registries){readable if unread else ''}.",
    )
