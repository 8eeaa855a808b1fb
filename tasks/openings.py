"""Looks ahead at windows while a fleet is planned: reads only, and each cluster's maintenance only where it counts."""

import asyncio
from collections.abc import Iterable

from prefect import task

from fleet_identity.assessment import Assessed
from fleet_identity.errors import NeedsHumanError
from fleet_identity.findings import Finding
from fleet_identity.fleet.may_begin import disturbs, may_begin, unknown
from fleet_identity.fleet.spec import Strategy
from fleet_identity.maintenance import governing
from fleet_identity.opening import Opening, Window
from fleet_identity.resource_id import ResourceId
from tasks.retry_policy import READS
from tasks.session import reader

Openings = dict[ResourceId, Opening | Finding]
"""By cluster, when its disruptive steps may begin, or why they never may; without those that any time will do for."""


@task(name="look-ahead-at-windows", **READS)
async def openings(members: Iterable[Assessed], strategy: Strategy) -> Openings:
    """Tell of each cluster that would be disturbed when that may begin, if a window holds for it."""
    held = [one for one in members if disturbs(one.plan)]
    found = await asyncio.gather(*(_opening(one, strategy) for one in held))
    return {one.cluster.id: opening for one, opening in zip(held, found, strict=True) if opening}


async def _opening(member: Assessed, strategy: Strategy) -> Opening | Finding | None:
    try:
        windows = await _windows(member.cluster.id, strategy)
    except NeedsHumanError as error:
        return unknown(error)
    return may_begin(member.plan, windows, member.observed_at) if windows else None


async def _windows(cluster_id: ResourceId, strategy: Strategy) -> tuple[Window, ...]:
    run = (strategy.window,) if strategy.window else ()
    if not strategy.maintenance_windows:
        return run
    own = governing(await reader().maintenance(cluster_id), cluster_id)
    return (*run, own) if own else run
