"""Moves many clusters from their service principals to managed identities."""

import asyncio
from typing import Annotated

from prefect import flow
from pydantic import Field

from fleet_identity.errors import NeedsHumanError
from fleet_identity.outcome import Outcome, failed
from fleet_identity.report.markdown import fleet_page
from fleet_identity.resource_id import ResourceId, parse_cluster_id
from fleet_identity.target import Target
from flows.migrate_cluster import migrate_cluster
from tasks.conclude import conclude_fleet, outcome_of, planned, state_of
from tasks.list_clusters import list_clusters
from tasks.plan_migration import plan_migration
from tasks.publish import publish
from tasks.session import session


@flow(name="migrate-fleet")
async def migrate_fleet(
    clusters: tuple[str, ...] = (),
    subscriptions: tuple[str, ...] = (),
    target: Target = Target(),
    max_concurrency: Annotated[int, Field(ge=1)] = 5,
    dry_run: bool = True,
) -> list[Outcome]:
    """Move a fleet of AKS clusters from service principals to user-assigned managed identities.

    Every cluster is prepared at once (identities and grants disturb nobody); as many as `max_concurrency`
    are changed at a time. One cluster's failure does not end the others.

    Args:
        clusters: Resource ids of clusters.
        subscriptions: Subscriptions, all of whose clusters are members.
        target: The identities that clusters shall run on, and how careful the move is.
        max_concurrency: How many clusters may be changed at the same time; waits don't count.
        dry_run: Show the plans and change nothing.
    """
    async with session(max_concurrency):
        members = await _members(clusters, subscriptions)
        _check_identities(members, target)
        migrate = _plan_one if dry_run else _migrate_one
        outcomes = await asyncio.gather(*(migrate(member, target) for member in members))
        await publish(fleet_page(outcomes), key="fleet", description="The fleet, cluster by cluster")
        return conclude_fleet(outcomes)


async def _members(clusters: tuple[str, ...], subscriptions: tuple[str, ...]) -> list[ResourceId]:
    named = [parse_cluster_id(text) for text in clusters]
    listed = await asyncio.gather(*(list_clusters(subscription) for subscription in subscriptions))
    members = dict.fromkeys([*named, *(member for found in listed for member in found)])
    if not members:
        raise NeedsHumanError("There is no cluster to migrate: name clusters, or a subscription that holds some.")
    return sorted(members, key=lambda member: member.key)


def _check_identities(members: list[ResourceId], target: Target) -> None:
    if target.control_plane == "system_assigned":
        return
    owners: dict[ResourceId, ResourceId] = {}
    for member in members:
        first = owners.setdefault(target.identity_for(member), member)
        if first is not member:
            raise NeedsHumanError(
                f"Clusters {first.name} ({first.resource_group}) and {member.name} ({member.resource_group}) "
                "would share one identity, and each would hold the rights of both. Leave the identity resource "
                "group empty, or migrate them apart with names of their own."
            )


async def _plan_one(member: ResourceId, target: Target) -> Outcome:
    return await planned(member, await state_of(plan_migration(member, target, return_state=True)))


async def _migrate_one(member: ResourceId, target: Target) -> Outcome:
    try:
        run = migrate_cluster(member.text, target, dry_run=False, return_state=True)
        return await outcome_of(member, await state_of(run))
    except Exception as error:  # noqa: BLE001 - Prefect could not even start or end the run: the others go on
        return failed(member, f"Prefect could not run it: {error}")
