"""Grants roles. Disturbs nobody, and can be taken back."""

import logging
from collections.abc import Iterable

from fleet_identity.apply.principal import object_id
from fleet_identity.gateway.protocols import AzureWriter
from fleet_identity.steps import AssignRole

_log = logging.getLogger(__name__)


async def assign_roles(steps: Iterable[AssignRole], azure: AzureWriter) -> None:
    """Make sure that these roles are held; Azure says so itself where one is already."""
    wanted = tuple(steps)
    principals = {principal: await object_id(principal, azure) for principal in {step.principal for step in wanted}}
    for step in wanted:
        _log.info(step.describe())
        await azure.assign_role(step.scope, step.role, principals[step.principal])
