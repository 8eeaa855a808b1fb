"""Takes back what a run has prepared: grants and identities that we have made and nobody uses."""

import asyncio
import logging

from prefect import flow

from fleet_identity.cluster import Cluster
from fleet_identity.errors import FleetIdentityError, NeedsHumanError
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.log_context import about
from fleet_identity.outcome import Outcome, failed, from_error
from fleet_identity.report.markdown import ended, fleet_page
from fleet_identity.target import Target
from fleet_identity.undoing import undone
from flows.tell_end import tell_end
from tasks.conclude import conclude_early, conclude_fleet
from tasks.publish import publish
from tasks.session import session
from tasks.undo_preparation import find_clusters, list_users, plan_undoing, undo

_AT_A_TIME = 5
"""Clusters that are undone side by side: each look lists every cluster, of which AKS allows one a second."""
_log = logging.getLogger(__name__)


@flow(name="undo-preparation", persist_result=False)
async def undo_preparation(*, dry_run: bool = True, fleet: FleetSpec) -> list[Outcome]:
    """Delete the identities and grants that a preparation has made, where nobody uses them; leave all else.

    Never deleted: what does not carry our mark, an identity that a cluster, a federated credential or somebody else's
    grant relies on, anything of a cluster that has begun its migration. Other resources that use an identity, such
    as virtual machines, are not seen.

    Args:
        dry_run: Show what would be deleted, and delete nothing.
        fleet: The fleet as it was prepared: the same clusters, names of identities, and tag prefix.
    """
    async with session():
        try:
            outcomes = await _undone(fleet, dry_run=dry_run)
        except FleetIdentityError as error:
            return conclude_early(error)
        page = fleet_page([*map(ended, outcomes)])
        await publish(page, key="undoing", description="What was taken back, and what stays")
        return conclude_fleet(outcomes)


async def _undone(fleet: FleetSpec, *, dry_run: bool) -> list[Outcome]:
    members = await find_clusters(fleet.scope)
    if not members:
        raise NeedsHumanError("There is no cluster whose preparation could be undone: name clusters.")
    users = await list_users() if dry_run else ()
    slots = asyncio.Semaphore(_AT_A_TIME)

    async def one(member: Cluster) -> Outcome:
        async with slots:
            about.set(member.id.name)
            outcome = await _told(member, fleet.target, users, dry_run=dry_run)
        if not dry_run:
            tell_end(outcome)
        return outcome

    return await asyncio.gather(*map(one, sorted(members, key=lambda member: member.id.key)))


async def _told(member: Cluster, target: Target, users: tuple[Cluster, ...], *, dry_run: bool) -> Outcome:
    before = member.identity.describe()
    try:
        found = await (plan_undoing(member, target, users) if dry_run else undo(member, target))
    except FleetIdentityError as error:
        return from_error(member.id, error, before=before)
    except Exception as error:  # noqa: BLE001 - told as it is; the others go on
        _log.warning("The preparation of %s could not be undone: %s", member.id.name, error)
        return failed(member.id, str(error))
    return undone(member, target, found)
