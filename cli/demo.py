"""`fleet-identity demo`: migrates a small fleet on the embedded simulator, and shows how it went."""

import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from rich.console import Console

from cli.exit_status import ExitStatus
from cli.local_simulator import LocalSimulator, local_simulator
from cli.migrate import run_fleet
from cli.prefect_server import start_prefect
from cli.render import show_fleet, show_plans
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.outcome import Outcome, State
from fleet_identity.scope import Scope

_WORLD = Path(__file__).with_name("demo.yaml")
_STRATEGY = Strategy(
    stages=(
        Stage(
            name="all",
            groups=(Group(name="everything", rest=True, max_concurrency="2", max_allowed_failures="100%"),),
            max_allowed_failures="100%",
        ),
    ),
    waiting_passes=True,
)
_EXPECTED = {"migrated": 6, "already": 1, "waiting": 2, "blocked": 3, "failed": 0, "incidents": 0}
"""The world tells of each cluster how it must end, and why."""


def demo(*, pace: float = 300.0, output: Literal["table", "json"] = "table") -> int:
    """Migrate a small fleet on the embedded simulator: twelve clusters, hours of Azure's time in a minute.

    It needs no Azure and never asks it anything: the simulator is a process of its own, which ends with the command.
    The last line on standard output is a JSON document with the counts.

    For example:

        fleet-identity demo
        fleet-identity demo --pace 600 --output json

    Exit status: 0 if all twelve ended as they should; 1 if not; 2 bad usage; 130 stopped by Ctrl-C.

    Args:
        pace: Seconds of simulated time in one real second.
        output: Plans and tables for people, or one JSON document; then they go to standard error.
    """
    began = time.monotonic()
    console = Console(stderr=output == "json")
    # Prefect's server lives until this process ends, and may still write when its home is removed
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        _start_prefect(console, home)
        summary = _show_migration(console, pace, began)
    _show_verdict(console, summary)
    print(json.dumps(summary))
    as_expected = all(summary[key] == value for key, value in _EXPECTED.items())
    return ExitStatus.DONE if as_expected else ExitStatus.FAILED


def _show_migration(console: Console, pace: float, began: float) -> dict[str, Any]:
    with local_simulator(_WORLD, pace) as simulator:
        os.environ.update(simulator.env)
        console.rule("1. The plan: nothing is changed yet", align="left")
        show_plans(console, _run(simulator, apply=False))
        console.rule(f"2. The migration, {pace:g} times as fast as Azure", align="left")
        outcomes = _run(simulator, apply=True)
        console.print()
        console.rule("3. What became of the fleet", align="left")
        show_fleet(console, outcomes)
        return _summary(outcomes, simulator, time.monotonic() - began)


def _start_prefect(console: Console, home: str) -> None:
    """Run Prefect's server from a home of its own, whatever the user's profile says."""
    console.print("Starting Prefect's own server (a few seconds) ...")
    os.environ["PREFECT_HOME"] = home
    os.environ.pop("PREFECT_API_URL", None)
    start_prefect()


def _run(simulator: LocalSimulator, *, apply: bool) -> list[Outcome]:
    spec = FleetSpec(scope=Scope(subscriptions=simulator.subscriptions), strategy=_STRATEGY)
    return run_fleet(spec, apply=apply)


def _summary(outcomes: Sequence[Outcome], simulator: LocalSimulator, seconds: float) -> dict[str, Any]:
    counts = {state: sum(outcome.state is state for outcome in outcomes) for state in State}
    return {
        "clusters": len(outcomes),
        "migrated": counts[State.MIGRATED],
        "already": counts[State.ALREADY_MIGRATED],
        "waiting": counts[State.WAITING],
        "blocked": counts[State.NEEDS_HUMAN],
        "failed": counts[State.FAILED],
        "incidents": len(simulator.ask("incidents")["incidents"]),
        "requests": len(simulator.ask("journal")["requests"]),
        "seconds": round(seconds, 1),
    }


def _show_verdict(console: Console, summary: dict[str, Any]) -> None:
    incidents = summary["incidents"]
    colour = "green" if incidents == 0 else "red"
    console.print(
        f"\nThe simulator's verdict: [bold {colour}]incidents {incidents}[/]. It counts the outages that customers "
        "would have had: nodes that can't pull images, control planes without rights, nodes rolled twice, settings "
        "lost.\n"
    )
