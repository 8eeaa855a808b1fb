"""Creates user-assigned identities. Disturbs nobody."""

import logging

from fleet_identity.gateway.protocols import AzureWriter
from fleet_identity.steps import CreateIdentity

_log = logging.getLogger(__name__)


async def create_identity(step: CreateIdentity, azure: AzureWriter) -> None:
    """Make sure that the identity exists; one that does is left as it is, tags and all."""
    if await azure.identity(step.id) is not None:
        return
    _log.info(step.describe())
    await azure.create_identity(step.id, step.location, dict(step.tags))
