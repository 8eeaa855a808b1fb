"""Migrates 500 clusters of one subscription, 200 at a time, with Azure's token buckets enforced: not one 429.

Prints requests by kind, polls among them, and one line of JSON; fails where a request was refused or a cluster did
not arrive. At the pace of the run the time that the machine computes is stretched, which thins the requests out; so
they are asked once more, in virtual time, as soon as we let them go (`benchmarks.as_soon_as_allowed`).
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from benchmarks.as_soon_as_allowed import asked_as_soon_as_allowed
from benchmarks.fleet_world import cluster_ids, fleet_world
from benchmarks.requests import POLL, kind_of
from benchmarks.simulator_process import Journalled, simulator_process
from fleet_identity.apply import apply
from fleet_identity.clock import PacedClock
from fleet_identity.errors import TransientError
from fleet_identity.gateway.arm.gateway import ArmGateway, open_gateway
from fleet_identity.observe import observe_and_plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.settings import Settings
from fleet_identity.target import Target
from fleet_identity.verdict import Verdict

CLUSTERS, CONCURRENCY, PACE = 500, 200, 30.0
TARGET = Target(minimum_grant_age_minutes=0, switch_reimages="no")
REFUSED = 429


async def migrated(members: Sequence[ResourceId], concurrency: int) -> int:
    """Migrate a fleet through one gateway; give how many clusters have nothing left to do and a good verdict."""
    settings = Settings()
    clock, places = PacedClock(settings.pace), asyncio.Semaphore(concurrency)
    async with open_gateway(settings, clock) as azure:

        async def migrate(cluster_id: ResourceId) -> bool:
            async with places:
                return await _migrated(cluster_id, azure, clock)

        return sum(await asyncio.gather(*map(migrate, members)))


async def _migrated(cluster_id: ResourceId, azure: ArmGateway, clock: PacedClock) -> bool:
    while (plan := await observe_and_plan(azure, cluster_id, TARGET)).now:
        with suppress(TransientError):  # a connection that broke: the next observation tells what is left to do
            for step in plan.now:
                await apply(step, azure, clock)
    return bool(plan.verdicts) and all(one.verdict is Verdict.LIKELY for one in plan.verdicts)


def measure(clusters: int, concurrency: int, pace: float) -> dict[str, Any]:
    """Migrate the fleet, and give what it took: requests by kind, refusals, seconds."""
    with simulator_process(fleet_world(clusters), pace) as simulator:
        os.environ.update(simulator.env)
        began = time.monotonic()
        done = asyncio.run(migrated(cluster_ids(clusters), concurrency))
        seconds = time.monotonic() - began
        journal, incidents = simulator.journal(), simulator.incidents()
    kinds = Counter(kind_of(one.method, one.path) for one in journal)
    polls = kinds[POLL]
    allowed = asked_as_soon_as_allowed([(one.method, one.path) for one in journal], clusters, concurrency)
    return {
        "clusters": clusters,
        "concurrency": concurrency,
        "migrated": done,
        "requests": len(journal),
        "list_pages": polls,
        "requests_per_cluster": round(len(journal) / clusters, 1),
        "requests_per_cluster_without_polls": round((len(journal) - polls) / clusters, 1),
        "incidents": incidents,
        "refused": sum(one.status == REFUSED for one in journal),
        "simulated_minutes": round(_span(journal) / 60),
        "seconds": round(seconds),
        "as_soon_as_allowed": allowed,
        "by_kind": dict(kinds.most_common()),
    }


def _span(journal: Sequence[Journalled]) -> float:
    return (journal[-1].at - journal[0].at).total_seconds()


if __name__ == "__main__":
    result = measure(CLUSTERS, CONCURRENCY, PACE)
    for kind, count in result.pop("by_kind").items():
        print(f"{count:6}  {count / result['clusters']:6.2f} a cluster  {kind}")
    print(json.dumps(result))
    refused = result["refused"] or result["as_soon_as_allowed"]["refused"]
    sys.exit(1 if refused or result["incidents"] or result["migrated"] < result["clusters"] else 0)
