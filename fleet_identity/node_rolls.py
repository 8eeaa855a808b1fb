"""Which pools still run on the old principal, and what brings their nodes to the kubelet identity."""

from fleet_identity.cluster import Cluster
from fleet_identity.grants import await_propagation, missing
from fleet_identity.node_image import is_newer
from fleet_identity.plan import Waiting
from fleet_identity.pull_grants import pull_grants
from fleet_identity.record import SwitchRecord
from fleet_identity.steps import ReimagePool, Step, VerifyPull
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import Target
from fleet_identity.verdict import Verdict, verdicts


def node_steps(
    cluster: Cluster, surroundings: Surroundings, target: Target, record: SwitchRecord | None
) -> tuple[Step, ...]:
    """List what is left to do once the control plane has switched: pull rights first, then pool by pool."""
    if not pools_on_old_principal(cluster, record):
        return ()
    pulls = pull_grants(cluster, surroundings, target)
    held = surroundings.held_by_kubelet
    reimages = _reimages(cluster, surroundings, record)
    return (
        *missing(pulls, held),
        *(await_propagation(pulls, held, target.minimum_grant_age, surroundings.observed_at) if reimages else ()),
        *reimages,
        *((VerifyPull(grants=pulls),) if pulls and reimages else ()),
    )


def pools_on_old_principal(cluster: Cluster, record: SwitchRecord | None) -> frozenset[str]:
    """Name the pools whose nodes have not been re-imaged since the switch."""
    judged = verdicts(cluster, record)
    return frozenset(item.pool for item in judged if item.verdict is Verdict.NOT_SWITCHED)


def _reimages(cluster: Cluster, surroundings: Surroundings, record: SwitchRecord | None) -> tuple[ReimagePool, ...]:
    unswitched = pools_on_old_principal(cluster, record)
    in_order = sorted(cluster.pools, key=lambda pool: (pool.mode != "System", pool.name))
    return tuple(
        ReimagePool(
            cluster_id=cluster.id,
            pool=pool.name,
            nodes=pool.count,
            from_image=pool.image,
            to_image=surroundings.newest_images[pool.name],
        )
        for pool in in_order
        if pool.name in unswitched and is_newer(surroundings.newest_images.get(pool.name, pool.image), pool.image)
    )


def waiting_pools(cluster: Cluster, surroundings: Surroundings, record: SwitchRecord | None) -> tuple[Waiting, ...]:
    """List the pools that can only wait for the next node image."""
    unswitched = pools_on_old_principal(cluster, record)
    rolling = {step.pool for step in _reimages(cluster, surroundings, record)}
    return tuple(
        Waiting(pool=pool.name, image=pool.image)
        for pool in cluster.pools
        if pool.name in unswitched - rolling and pool.idle
    )
