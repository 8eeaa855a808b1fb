"""Which pools still run on the old principal, and what brings their nodes to the kubelet identity."""

from fleet_identity.cluster import Cluster, ServicePrincipal
from fleet_identity.grants.held import await_propagation, lacking
from fleet_identity.node_image import expected_next, is_newer
from fleet_identity.node_pool import NodePool
from fleet_identity.plan import Waiting
from fleet_identity.record import Rolls
from fleet_identity.situation import Situation
from fleet_identity.steps import ReimagePool, Step, UpgradePool, VerifyPull
from fleet_identity.versions import is_patch_of


def node_steps(situation: Situation) -> tuple[Step, ...]:
    """List what is left to do once the control plane has switched: pull rights first, then pool by pool."""
    pulls, surroundings = situation.kubelet_grants(), situation.surroundings
    rolls, minimum_age = _rolls(situation), situation.target.minimum_grant_age
    return (
        *lacking(pulls, surroundings),
        *(await_propagation(situation.relied_on(), surroundings, minimum_age) if rolls else ()),
        *rolls,
        *((VerifyPull(grants=pulls),) if pulls and (rolls or situation.rolls is Rolls.PUT) else ()),
    )


def pools_to_roll(situation: Situation) -> frozenset[str]:
    """Name the pools whose nodes the plan re-images, or may: all of them where a PUT does, or might."""
    if situation.change.kubelet_id or situation.leaves_principal:
        return frozenset(pool.name for pool in situation.cluster.pools)
    return frozenset(step.pool for step in _rolls(situation))


def waiting_pools(situation: Situation) -> tuple[Waiting, ...]:
    """List the pools that can only wait for the next node image."""
    rolling = {step.pool for step in _rolls(situation)}
    owed = owed_pools(situation)
    return tuple(
        Waiting(
            pool=pool.name,
            image=pool.image,
            expected=expected_next(pool.image, pool.os, situation.surroundings.observed_at),
        )
        for pool in situation.cluster.pools
        if pool.name in owed - rolling and pool.idle
    )


def owed_pools(situation: Situation) -> frozenset[str]:
    """Name the pools that need a roll of their own: none where a PUT that is to come re-images all of them."""
    return frozenset() if one_put_rolls(situation) else situation.change.owed


def one_put_rolls(situation: Situation) -> bool:
    """Whether a PUT that is to come is known to re-image all pools."""
    return situation.change.kubelet_id is not None or (situation.leaves_principal and situation.rolls is Rolls.PUT)


def secret_ends_first(situation: Situation, pool: NodePool) -> bool:
    """Whether a secret of the service principal ends before the pool's next node image is expected."""
    ends = situation.surroundings.secret_end
    if ends is None:
        return False
    expected = expected_next(pool.image, pool.os, situation.surroundings.observed_at)
    return ends.date() <= expected


def _rolls(situation: Situation) -> tuple[ReimagePool | UpgradePool, ...]:
    owed = owed_pools(situation)
    in_order = sorted(situation.cluster.pools, key=lambda pool: (pool.mode != "System", pool.name))
    found = (_roll(situation, pool) for pool in in_order if pool.name in owed)
    return tuple(step for step in found if step)


def _roll(situation: Situation, pool: NodePool) -> ReimagePool | UpgradePool | None:
    cluster, newest = situation.cluster, situation.surroundings.newest_images.get(pool.name, pool.image)
    if is_newer(newest, pool.image):
        return ReimagePool(
            cluster_id=cluster.id,
            pool=pool.name,
            nodes=pool.count,
            from_image=pool.image,
            to_image=newest,
            grants=situation.relied_on(),
            minimum_age=situation.target.minimum_grant_age,
        )
    patch = patch_for(cluster, pool, situation.surroundings.patches.get(pool.name))
    if patch and situation.target.upgrade_when_expiring and secret_ends_first(situation, pool):
        return UpgradePool(
            cluster_id=cluster.id,
            pool=pool.name,
            nodes=pool.count,
            from_version=pool.kubernetes_version,
            to_version=patch,
            grants=situation.relied_on(),
            minimum_age=situation.target.minimum_grant_age,
        )
    return None


def patch_for(cluster: Cluster, pool: NodePool, offered: str | None) -> str | None:
    """Give the Kubernetes patch that a pool may be upgraded to, without touching the control plane."""
    if offered is None or isinstance(cluster.identity, ServicePrincipal):
        return None
    return offered if is_patch_of(offered, pool.kubernetes_version) else None
