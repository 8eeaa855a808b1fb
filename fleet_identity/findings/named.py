"""Identities that a run names, and that are neither the cluster's own nor within the operator's bounds."""

from collections.abc import Iterator

from fleet_identity.cluster import Cluster, UserAssigned
from fleet_identity.findings import Code, Finding, blocks
from fleet_identity.resource_id import ResourceId
from fleet_identity.situation import Situation
from fleet_identity.steps import IdentityNamed
from fleet_identity.target import Target

_BY_DEFAULT = Target(kubelet="pre_created")


def named_findings(situation: Situation) -> Iterator[Finding]:
    """List them: whoever names an identity chooses who gets the cluster's roles, and what pods may reach through it."""
    own = _own(situation)
    for identity in dict.fromkeys((*_to_be_put(situation), *_to_be_granted(situation))):
        if identity not in own and not situation.allow.may_be_named(identity):
            yield _out_of_bounds(identity)


def _to_be_put(situation: Situation) -> Iterator[ResourceId]:
    wanted = situation.target.control_plane_for(situation.cluster.id)
    if situation.change.control_plane and isinstance(wanted, UserAssigned):
        yield wanted.identity_id
    if situation.change.kubelet_id:
        yield situation.change.kubelet_id


def _to_be_granted(situation: Situation) -> Iterator[ResourceId]:
    """What is on the cluster already nobody has named for this run's sake: it may get what it lacks."""
    present = _present(situation.cluster)
    for grant in situation.all_grants():
        if isinstance(grant.principal, IdentityNamed) and grant.principal.id not in present:
            yield grant.principal.id


def _present(cluster: Cluster) -> set[ResourceId]:
    control_plane = {cluster.identity.identity_id} if isinstance(cluster.identity, UserAssigned) else set[ResourceId]()
    return control_plane | ({cluster.kubelet.resource_id} if cluster.kubelet else set())


def _own(situation: Situation) -> set[ResourceId]:
    """Those of the target that are, each in its place, what a target names by default for this cluster.

    A name that only contains the cluster's will not do: `id-prod-eu` belongs to cluster `prod-eu`, not to `prod`.
    """
    cluster_id = situation.cluster.id
    wanted, default = situation.target.identities_for(cluster_id), _BY_DEFAULT.identities_for(cluster_id)
    return {one for one, own in zip(wanted, default, strict=False) if one == own}


def _out_of_bounds(identity: ResourceId) -> Finding:
    return blocks(
        Code.IDENTITY_NOT_ALLOWED,
        f"The target names {identity}, which is not the cluster's own identity (in its resource group, with its "
        "default name), and lies where the operator lets no run name identities.",
        "Let the operator add its scope (FLEET_IDENTITY_IDENTITY_SCOPES), or leave the identity to its default name "
        "and place.",
    )
