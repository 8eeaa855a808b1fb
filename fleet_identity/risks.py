"""What a person should weigh before a migration, though it may be possible: one finding a function."""

from fleet_identity.cluster import Cluster, UnknownIdentity, UserAssigned
from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.record import SwitchRecord
from fleet_identity.steps import AssignRole
from fleet_identity.target import Target


def kubelet_missing(cluster: Cluster) -> tuple[Finding, ...]:
    """Tell that a switched cluster shows no kubelet identity, as clusters do that have lost it."""
    if cluster.kubelet is not None or not cluster.idle:
        return ()
    return (
        blocks(
            Code.KUBELET_MISSING,
            "The cluster runs on a managed identity, but ARM shows no kubelet identity.",
            "Nodes that are re-imaged now could not pull. Repair the cluster (`az aks update` without options), "
            "and run again.",
        ),
    )


def pull_gap(cluster: Cluster, pulls: tuple[AssignRole, ...]) -> tuple[Finding, ...]:
    """Tell that nodes may change between the switch and the moment that their pull role is in effect."""
    if not pulls:
        return ()
    registries = ", ".join(grant.scope.name for grant in pulls)
    scaling = ", ".join(pool.name for pool in cluster.pools if pool.autoscaling)
    also = f" Pool {scaling} scales by itself." if scaling else ""
    return (
        warns(
            Code.PULL_GAP,
            f"The kubelet identity exists only after the switch; until its role on {registries} is in effect, a "
            f"node that is added, or re-imaged by Azure itself, can't pull.{also}",
            "Try one cluster that you can spare first; choose an hour without scaling and upgrades.",
        ),
    )


def other_identity(cluster: Cluster, record: SwitchRecord | None, target: Target) -> tuple[Finding, ...]:
    """Tell that a cluster left its service principal without us, or that what we wrote about it is gone."""
    wanted = target.identity_for(cluster.id)
    runs_on = cluster.identity.identity_id if isinstance(cluster.identity, UserAssigned) else None
    if runs_on == wanted:
        return () if record else (_record_missing(target),)
    name = runs_on.name if runs_on else f"the {cluster.identity.describe()} one"
    return (
        warns(
            Code.OTHER_IDENTITY,
            f"The cluster already runs on a managed identity ({name}), not on {wanted.name}.",
            "It is left as it is. Name that identity in the target if it is the one you want.",
        ),
    )


def unknown_identity(identity: UnknownIdentity) -> Finding:
    """Tell that ARM shows an identity that is none of those we know."""
    return blocks(
        Code.UNKNOWN_IDENTITY,
        f"ARM shows {identity.shown}, which is neither a service principal nor a managed identity that we know.",
        "Look at the cluster in the portal; it is not touched.",
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
