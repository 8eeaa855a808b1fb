"""Resumes what our own operation has left Failed: a PUT of the cluster as it is makes AKS finish it.

Source: Microsoft Learn, "Troubleshoot PodDrainFailure": any later PUT resumes an upgrade that has stopped.
"""

import logging
from functools import partial

from fleet_identity.apply.put_cluster import NO_LIMIT, Slot, check_grants, finished, until_permitted
from fleet_identity.clock import Clock
from fleet_identity.errors import ClusterChangedError, NeedsHumanError
from fleet_identity.gateway.protocols import AzureWriter, Identities
from fleet_identity.steps import Reconcile

_log = logging.getLogger(__name__)


async def reconcile(step: Reconcile, azure: AzureWriter, clock: Clock, slot: Slot = NO_LIMIT) -> None:
    """Bring the cluster to a good end; the same failure again is a person's."""
    await until_permitted(partial(_reconcile, step, azure), clock, slot)


async def _reconcile(step: Reconcile, azure: AzureWriter) -> None:
    await check_grants(step, azure)
    before = await azure.cluster(step.cluster_id)
    if before.healthy:
        return
    if not before.idle or before.power_state != "Running" or not before.etag:
        raise ClusterChangedError(f"The cluster is not as it was planned ({before.condition}).")
    _log.info(step.describe())
    operation = await azure.put_cluster(before, Identities())
    after = await finished(before, operation, lambda cluster: cluster.healthy, azure)
    if not after.healthy:
        raise NeedsHumanError(
            f"The cluster was resumed and is still not well ({after.condition}). Read its activity log, remove the "
            "cause, and run again."
        )
