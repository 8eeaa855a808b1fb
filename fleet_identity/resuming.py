"""What our own operation has left Failed, which a PUT of the cluster as it is makes AKS finish.

ARM does not tell whose operation failed. Ours are told by what they leave behind; where that is in doubt the failure
counts as somebody else's, and is a person's: to resume it would finish what we did not plan.
"""

from datetime import timedelta

from fleet_identity.cluster import BAD
from fleet_identity.node_image import is_newer
from fleet_identity.node_pool import NodePool
from fleet_identity.node_rolls import pools_to_roll
from fleet_identity.situation import Situation
from fleet_identity.steps import AssignRole, Reconcile

_OF_OUR_CHANGE = timedelta(days=1)
"""How long after a change of identity a failure counts as caused by it."""
_OF_OUR_ROLLS = timedelta(days=40)
"""The same for a pool that is still due a roll: Windows pools wait about a month for their image."""


def reconcile_steps(situation: Situation) -> tuple[Reconcile, ...]:
    """Plan to take up what we have begun; nothing where somebody else's operation has failed."""
    cluster = situation.cluster
    pools = [pool for pool in cluster.pools if pool.provisioning_state in BAD]
    failed = [f"pool {pool.name}" for pool in pools]
    if cluster.provisioning_state in BAD:
        failed.insert(0, "the cluster")
    if not failed or not cluster.idle or not _ours(pools, situation):
        return ()
    return (
        Reconcile(
            cluster_id=cluster.id,
            failed=tuple(failed),
            nodes=cluster.nodes,
            grants=relied_on_now(situation),
            minimum_age=situation.target.minimum_grant_age,
        ),
    )


def relied_on_now(situation: Situation) -> tuple[AssignRole, ...]:
    """List what must be in effect, of what can be: a switch that failed may have left no kubelet identity."""
    return tuple(grant for grant in situation.relied_on() if situation.exists(grant.principal))


def _ours(pools: list[NodePool], situation: Situation) -> bool:
    change, cluster = situation.change, situation.cluster
    if change.record is None:
        return False
    age = situation.surroundings.observed_at - change.record.switched_at
    halfway = change.settled and change.record.client_id is not None and cluster.kubelet is None
    if age < _OF_OUR_CHANGE or halfway or change.rolling:
        return True
    return age < _OF_OUR_ROLLS and bool(pools) and all(_left_undone(pool, situation) for pool in pools)


def _left_undone(pool: NodePool, situation: Situation) -> bool:
    """Whether it looks as a roll of ours would: the pool shows the newest image, or may still get it, and no more.

    An upgrade of Kubernetes is ours only where the target asks for one.
    """
    record = situation.change.record
    if record is None or pool.name not in situation.change.owed:
        return False
    upgraded = record.versions.get(pool.name, pool.kubernetes_version) != pool.kubernetes_version
    if upgraded and not situation.target.upgrade_when_expiring:
        return False
    newest = situation.surroundings.newest_images.get(pool.name, pool.image)
    begun = record.images.get(pool.name, pool.image) != pool.image and not is_newer(newest, pool.image)
    return begun or pool.name in pools_to_roll(situation)
