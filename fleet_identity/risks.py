"""What a person should weigh before a migration, though it may be possible: one finding a function."""

from fleet_identity.cluster import Cluster, UserAssigned
from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.steps import AssignRole
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import Target


def principal_unknown(surroundings: Surroundings, target: Target) -> tuple[Finding, ...]:
    """Tell that the old principal's roles are not known, and so not what its nodes could pull."""
    if surroundings.old_principal_id is not None:
        return ()
    tell = blocks if target.registries is None else warns
    return (
        tell(
            Code.OLD_PRINCIPAL_UNKNOWN,
            "The directory does not know the service principal, or may not be read, so its roles are not known.",
            "Give the runner the Graph permission Application.Read.All; or name the registries that the cluster "
            "pulls from in the target (--registry, --no-registries), and take over other roles by hand.",
        ),
    )


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


def other_identity(cluster: Cluster, target: Target) -> tuple[Finding, ...]:
    """Tell that a cluster runs on another managed identity than the target names: a question, not a move."""
    wanted = target.identity_for(cluster.id)
    runs_on = cluster.identity.identity_id if isinstance(cluster.identity, UserAssigned) else None
    if runs_on == wanted:
        return ()
    name = runs_on.name if runs_on else "the system-assigned one"
    return (
        warns(
            Code.OTHER_IDENTITY,
            f"The cluster already runs on a managed identity ({name}), not on {wanted.name}.",
            "It is left as it is. Name that identity in the target if it is the one you want.",
        ),
    )
