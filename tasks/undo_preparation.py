"""Takes the preparation of clusters back, or tells what would be."""

from collections.abc import Sequence

from prefect import task

from fleet_identity import assessment
from fleet_identity.apply.undo_preparation import undo_preparation
from fleet_identity.cluster import Cluster
from fleet_identity.observe.preparation import all_clusters, look_at_preparation
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from fleet_identity.undoing import Undoing, plan_all
from tasks.retry_policy import READS, WRITES
from tasks.session import current, remover


@task(name="find-clusters", **READS)
async def find_clusters(scope: Scope) -> tuple[Cluster, ...]:
    """List the clusters that are meant."""
    return await assessment.members_of(current().inventory(), scope)


@task(name="list-users", **READS)
async def list_users() -> tuple[Cluster, ...]:
    """List all clusters that we see, whoever may use an identity."""
    return await all_clusters(remover())


@task(name="plan-undoing", **READS)
async def plan_undoing(cluster: Cluster, target: Target, users: Sequence[Cluster]) -> tuple[Undoing, ...]:
    """Tell what would be removed of a cluster's identities, and what stays."""
    wanted = target.identities_for(cluster.id)
    looks = [await look_at_preparation(remover(), cluster.id, one, users) for one in wanted]
    return plan_all([look for look in looks if look], target)


@task(name="undo-preparation", **WRITES)
async def undo(cluster: Cluster, target: Target) -> tuple[Undoing, ...]:
    """Remove what was made for a cluster and nobody uses; tell what stays. The control plane's identity goes first."""
    wanted = target.identities_for(cluster.id)
    return tuple([await undo_preparation(remover(), cluster.id, one, target) for one in wanted])
