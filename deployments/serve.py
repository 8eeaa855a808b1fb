"""Serves all flows from one process: `python -m deployments.serve`, with PREFECT_API_URL naming your server.

Runs started from the Prefect UI are dry runs unless `dry_run` is switched off in the form; the schedule that changes
clusters is switched off. `--fleet FILE` fills the forms in with a fleet spec. For more than one machine there are work
pools: docs/deploying.md.
"""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from prefect import aserve
from prefect.deployments.runner import RunnerDeployment
from prefect.settings import PREFECT_API_URL

from deployments.described import described
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.fleet.spec_file import SpecError, read_spec


async def deployments(fleet: FleetSpec | None = None) -> list[RunnerDeployment]:
    """Give every deployment that prefect.yaml describes, with this fleet in its form."""
    told = [one.with_fleet(fleet) if fleet else one for one in described()]
    # Prefect pauses what is no longer served, and leaves it so when it is served again
    return [await one.for_runner(paused=False) for one in told]


async def main(fleet: FleetSpec | None = None) -> None:
    """Serve until the process is stopped."""
    await aserve(*await deployments(fleet))


def fleet_of(arguments: Sequence[str] | None = None) -> FleetSpec | None:
    """Read the command line, and the file that it names."""
    parser = argparse.ArgumentParser(
        prog="python -m deployments.serve", description="Serve all flows from one process."
    )
    parser.add_argument("--fleet", type=Path, metavar="FILE", help="a fleet spec that fills the forms in")
    file: Path | None = parser.parse_args(arguments).fleet
    try:
        return read_spec(file) if file else None
    except SpecError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    given = fleet_of()
    if not PREFECT_API_URL.value():
        raise SystemExit("Set PREFECT_API_URL to the API of your Prefect server; `prefect server start` starts one.")
    asyncio.run(main(given))
