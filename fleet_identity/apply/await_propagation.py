"""Waits until grants are old enough to be relied on.

ARM has no question that tells whether another principal's rights are in effect. Their age is all there is,
and it comes from Azure (`createdOn`), so a wait that was interrupted goes on where it stood.
"""

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta

from fleet_identity.apply.principal import object_id
from fleet_identity.clock import Clock
from fleet_identity.errors import ClusterChangedError
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.grants.held import missing, remaining
from fleet_identity.progress import Progress
from fleet_identity.steps import AssignRole, AwaitPropagation
from fleet_identity.surroundings import RoleAssignment

_log = logging.getLogger(__name__)


async def await_propagation(step: AwaitPropagation, azure: AzureReader, clock: Clock) -> None:
    """Return once every grant exists and has its age, as Azure tells it after the wait."""
    principal = await object_id(step.grants[0].principal, azure)
    while wait := await _left(step.grants, step.minimum_age, principal, azure):
        told = Progress(awaited=step.describe(), seconds=wait.total_seconds())
        _log.info("%s: %d minutes to go", told.awaited, -(-wait // timedelta(minutes=1)), extra={"progress": told})
        await clock.sleep(wait.total_seconds())


async def propagation_left(grants: tuple[AssignRole, ...], minimum_age: timedelta, azure: AzureReader) -> timedelta:
    """Tell how long until these grants of one principal have their age; ClusterChangedError if one is gone."""
    return await _left(grants, minimum_age, await object_id(grants[0].principal, azure), azure)


async def _left(
    grants: tuple[AssignRole, ...], minimum_age: timedelta, principal: str, azure: AzureReader
) -> timedelta:
    assignments = await assignments_of(principal, grants, azure)
    if gone := missing(grants, assignments):
        raise ClusterChangedError(f"A role assignment that this step relies on no longer exists: {gone[0].describe()}.")
    return remaining(grants, assignments, minimum_age, azure.observed_at())


async def assignments_of(
    principal: str, grants: Iterable[AssignRole], azure: AzureReader
) -> tuple[RoleAssignment, ...]:
    """Read what a principal holds in the subscriptions where these grants apply."""
    subscriptions = sorted({grant.scope.subscription.lower() for grant in grants})
    found = await asyncio.gather(*(azure.role_assignments(principal, one) for one in subscriptions))
    return tuple(assignment for listed in found for assignment in listed)
