"""Our road, in a process of its own: the flow of a fleet, as the command starts it. Prints one line of JSON."""

import asyncio
import json
import time
from collections import Counter
from typing import Any

from benchmarks.makespan.fleet_world import SHARE
from benchmarks.makespan.processes import peak_megabytes
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.target import Target
from flows.migrate_fleet import migrate_fleet
from tasks.conclude import outcomes_of, state_of

_ALL = "100%"
"""Of failures allowed: a cluster that fails must not keep the others from being measured."""
_GROUP = Group(name="everything", rest=True, max_concurrency=f"{SHARE}%", max_allowed_failures=_ALL)
_STAGE = Stage(name="all", groups=(_GROUP,), max_concurrency=f"{SHARE}%", max_allowed_failures=_ALL)
SPEC = FleetSpec(target=Target(minimum_grant_age_minutes=0), strategy=Strategy(stages=(_STAGE,)))


async def fleet_run() -> dict[str, Any]:
    """Migrate all clusters; give the seconds from the call of the flow to its end, and what was used in all."""
    began = time.monotonic()
    outcomes = await outcomes_of(await state_of(migrate_fleet(fleet=SPEC, dry_run=False, return_state=True)))
    seconds = time.monotonic() - began
    left = Counter(reason for one in outcomes for reason in one.left)
    return {
        "seconds": seconds,
        "cpu_seconds": time.process_time(),
        "peak_megabytes": peak_megabytes(),
        "problems": [f"{count} x {reason}" for reason, count in left.most_common(5)],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(fleet_run())))
