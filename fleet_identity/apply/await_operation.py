"""Waits until whoever is busy with the cluster has finished."""

import logging

from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.steps import AwaitOperation

_log = logging.getLogger(__name__)


async def await_operation(step: AwaitOperation, azure: AzureReader) -> None:
    """Return once nothing runs on the cluster or its pools, however it ended: the next observation tells."""
    _log.info(step.describe())
    await azure.until(step.cluster_id, lambda cluster: cluster.idle)
