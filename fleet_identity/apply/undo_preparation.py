"""Takes a preparation back: the only code that deletes, and nothing but what was seen to be ours right before."""

import logging
from typing import assert_never

from fleet_identity.errors import TransientError
from fleet_identity.gateway.protocols import AzureRemover
from fleet_identity.observe.preparation import all_clusters, look_at_preparation
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from fleet_identity.undoing import Removal, RemoveIdentity, RemoveRole, Undoing, begun, plan_undoing

_log = logging.getLogger(__name__)


async def undo_preparation(
    azure: AzureRemover, cluster_id: ResourceId, identity_id: ResourceId, target: Target
) -> Undoing:
    """Remove the grants of an identity, look again at all who may use it, and remove it; tell what stays, and why."""
    found, done = await _plan(azure, cluster_id, identity_id, target), list[Removal]()
    if grants := _grants(found):
        for step in grants:
            if await _in_use(azure, cluster_id, identity_id, target):
                break  # the next look tells by what
            await _remove(azure, step, done)
        found = await _plan(azure, cluster_id, identity_id, target)
    if _grants(found):
        raise TransientError(f"Azure still shows a grant of identity {identity_id.name}, or a new one; run again.")
    for step in found.now:
        await _remove(azure, step, done)
    return Undoing(identity=identity_id, stays=found.stays, done=tuple(done))


async def _remove(azure: AzureRemover, step: Removal, done: list[Removal]) -> None:
    _log.info(step.describe())
    match step:
        case RemoveRole():
            await azure.remove_role(step.assignment)
        case RemoveIdentity():
            await azure.remove_identity(step.id)
        case _:
            assert_never(step)
    done.append(step)


async def _plan(azure: AzureRemover, cluster_id: ResourceId, identity_id: ResourceId, target: Target) -> Undoing:
    """Look afresh, and plan: nothing of an identity that is not there."""
    look = await look_at_preparation(azure, cluster_id, identity_id, await all_clusters(azure))
    return plan_undoing(look, target) if look else Undoing(identity=identity_id)


def _grants(found: Undoing) -> tuple[RemoveRole, ...]:
    return tuple(step for step in found.now if isinstance(step, RemoveRole))


async def _in_use(azure: AzureRemover, cluster_id: ResourceId, identity_id: ResourceId, target: Target) -> bool:
    """Whether the cluster that it was made for, who may begin to use it at any moment, has done so."""
    cluster = await azure.cluster(cluster_id)
    return begun(cluster, target) or not cluster.idle or identity_id in cluster.named_identities
