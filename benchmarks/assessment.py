"""Assesses 1,000 generated clusters in three subscriptions, and says what it took; fails where it is too much."""

import asyncio
import json
import os
import resource
import sys
import time
from collections import Counter
from typing import Any

from fleet_identity.assessment import Assessed, assess
from fleet_identity.clock import PacedClock
from fleet_identity.gateway.arm.connection import connect
from fleet_identity.gateway.arm.inventory import Inventory
from fleet_identity.report.assessment import assessment_document
from fleet_identity.report.assessment_html import assessment_html
from fleet_identity.scope import Scope
from fleet_identity.settings import Settings
from fleet_identity.target import Target
from simulator import Exchange, Simulator, running
from simulator.generate import generated

CLUSTERS, SUBSCRIPTIONS, SEED = 1000, 3, 7
MOST_REQUESTS, MOST_SECONDS = 200, 60.0


async def assessed(simulator: Simulator) -> tuple[Assessed, ...]:
    """Assess all clusters of a simulator, at Azure's own pace."""
    os.environ.update(simulator.env)
    settings = Settings()
    clock = PacedClock(settings.pace)
    async with connect(settings, clock) as connection:
        inventory = Inventory(connection, clock, settings)
        return await assess(inventory, Scope(), Target(), settings.allow_list)


def measure() -> dict[str, Any]:
    """Assess the fleet, and give what it took: requests by kind, refusals, seconds, memory."""
    with running(generated(CLUSTERS, seed=SEED, subscriptions=SUBSCRIPTIONS), pace=1.0) as simulator:
        began = time.monotonic()
        found = asyncio.run(assessed(simulator))
        seconds = time.monotonic() - began
        journal = list(simulator.journal)
    observed = max(one.observed_at for one in found)
    return {
        "clusters": len(found),
        "subscriptions": SUBSCRIPTIONS,
        "requests": len(journal),
        "refused": sum(exchange.status == 429 for exchange in journal),  # noqa: PLR2004 - too many requests
        "seconds": round(seconds, 1),
        "html_megabytes": round(len(assessment_html(assessment_document(found), assessed_at=observed)) / 1e6, 1),
        "peak_megabytes_with_the_simulator": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "by_kind": dict(Counter(map(_kind, journal)).most_common()),
    }


def _kind(exchange: Exchange) -> str:
    if exchange.path.endswith("/token"):
        return "POST token"
    if exchange.path.startswith("/v1.0/"):
        return f"{exchange.method} Graph {exchange.path.removeprefix('/v1.0/')}"
    types = exchange.path.partition("/providers/")[2].split("/")[1::2]
    return f"{exchange.method} {'/'.join(types) or 'subscriptions'}"


if __name__ == "__main__":
    result = measure()
    for kind, count in result.pop("by_kind").items():
        print(f"{count:5}  {kind}")
    print(json.dumps(result))
    too_much = result["requests"] > MOST_REQUESTS or result["seconds"] > MOST_SECONDS or result["refused"]
    sys.exit(1 if too_much else 0)
