"""What the cluster runs on, where that is not what a plan expects."""

from collections.abc import Iterator

from fleet_identity.change import went_away_from
from fleet_identity.cluster import Cluster, UnknownIdentity, UserAssigned
from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.situation import Situation
from fleet_identity.target import Target


def identity_findings(situation: Situation) -> Iterator[Finding]:
    """Tell that a cluster left its service principal without us, or for something else than is wanted."""
    if not situation.change.settled and not situation.change.control_plane:
        yield _other(situation)
    elif situation.change.settled and situation.change.record is None and not situation.change.kubelet_id:
        behind = [item.pool for item in situation.change.verdicts if item.owed]
        yield _nodes_behind(behind) if behind else _record_missing(situation.target)
    if situation.change.settled:
        yield from _other_kubelet(situation)
        yield from _kubelet_missing(situation.cluster, ours=situation.change.record is not None)


def unknown_identity(identity: UnknownIdentity) -> Finding:
    """Tell that ARM shows an identity that is none of those we know."""
    return blocks(
        Code.UNKNOWN_IDENTITY,
        f"ARM shows {identity.shown}, which is neither a service principal nor a managed identity that we know.",
        "Look at the cluster in the portal; it is not touched.",
    )


def _other(situation: Situation) -> Finding:
    """A cluster that we have moved and that is now wanted elsewhere is a question; others are left as they are."""
    cluster, target, record = situation.cluster, situation.target, situation.change.record
    runs_on = cluster.identity.identity_id.name if isinstance(cluster.identity, UserAssigned) else "system-assigned"
    wanted = (
        target.identity_for(cluster.id).name if target.control_plane == "user_assigned" else "a system-assigned one"
    )
    remedy = "Name the identity in the target if it is the one you want, or say replace_identity (--replace-identity)."
    if went_away_from(cluster, target, record):
        tag = f"{target.tag_prefix}-left"
        remedy = (
            "The cluster was moved off that identity earlier and will not be moved back. To allow it, remove the tag "
            f"{tag}."
        )
    elif target.control_plane == "system_assigned":
        remedy = "There is no documented way from a user-assigned identity to a system-assigned one."
    tell = blocks if record or target.replace_identity else warns
    return tell(
        Code.OTHER_IDENTITY,
        f"The cluster already runs on a managed identity ({runs_on}), not on {wanted}.",
        f"It is left as it is. {remedy}",
    )


def _other_kubelet(situation: Situation) -> Iterator[Finding]:
    cluster, wanted = situation.cluster, situation.target.kubelet_for(situation.cluster.id)
    if wanted and cluster.kubelet and situation.change.kubelet_id is None and cluster.kubelet.resource_id != wanted:
        yield blocks(
            Code.OTHER_IDENTITY,
            f"Nodes use the pre-created kubelet identity {cluster.kubelet.resource_id.name}, not {wanted.name}.",
            "Replacing it re-images every pool: say replace_identity (--replace-identity) if you mean it.",
        )


def _kubelet_missing(cluster: Cluster, *, ours: bool) -> Iterator[Finding]:
    if cluster.kubelet is None and cluster.idle and not (ours and cluster.provisioning_state != "Succeeded"):
        yield blocks(
            Code.KUBELET_MISSING,
            "The cluster runs on a managed identity, but ARM shows no kubelet identity.",
            "Nodes that are re-imaged now could not pull. Repair the cluster (`az aks update` without options), "
            "and run again.",
        )


def _nodes_behind(pools: list[str]) -> Finding:
    """What the nodes themselves say nobody can accept as unknown."""
    return blocks(
        Code.RECORD_MISSING,
        f"Nodes of pool {', '.join(pools)} say that they use another identity than the cluster's kubelet identity, and "
        "no tags tell which registries they need.",
        "Give the kubelet identity its pull roles, and an hour later upgrade the node image of these pools by hand "
        "(`az aks nodepool upgrade --node-image-only`).",
    )


def _record_missing(target: Target) -> Finding:
    tell = warns if target.accept_unknown else blocks
    return tell(
        Code.RECORD_MISSING,
        f"The cluster runs on the identity that the target names, but the tags {target.tag_prefix}-* that record its "
        "switch are gone or incomplete, so it can't be told which nodes have left the service principal.",
        "Look at the label kubernetes.azure.com/kubelet-identity-client-id of its nodes and at the pull roles of its "
        "kubelet identity; if all is well, say --accept-unknown.",
    )
