"""Runs of fleets as a process worker executes them, and a table of what was killed when."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.crash.worker import Worker
from tests.worlds import cluster, one_cluster

PACE = 3000.0
"""An hour of Azure's time in 1.2 seconds: enough to be killed in the middle of it."""
Azure = Callable[..., Simulator]
Work = Callable[..., Worker]
Row = Callable[..., None]


def fleet(names: str, **timing: str) -> dict[str, Any]:
    """A world of clusters of two pools that pull from one registry.

    A switch takes long enough to be watched, and grants so long to be in effect that a shorter wait would be noticed.
    """
    slow = {"update": "15m", "role_propagation": "59m"}
    unthrottled = {"throttling": False}  # where time stands still no allowance is ever filled again
    clusters = [cluster(name) for name in names]
    return one_cluster(clusters=clusters) | {"timing": slow | timing, "behaviour": unthrottled}


@pytest.fixture
def azure(simulate: SimulatorFactory, monkeypatch: pytest.MonkeyPatch) -> Azure:
    """A factory of simulators; this process finds the last of them as well."""

    def start(world: Mapping[str, Any], pace: float = PACE) -> Simulator:
        simulator = simulate(world, pace=pace)
        for name, value in simulator.env.items():
            monkeypatch.setenv(name, value)
        return simulator

    return start


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    """A factory of workers; when the test is over no process of theirs is left."""
    with ExitStack() as stack:

        def start(api: str, azure: Simulator, **settings: str) -> Worker:
            worker = Worker(api, azure, tmp_path, **settings)
            stack.callback(worker.stop)
            return worker

        yield start


@pytest.fixture
def row(record_property: Callable[[str, object], None]) -> Row:
    """Notes a row of the table that is printed in the end: moment, what was under way, how it went on, outcome."""

    def note(moment: str, under_way: str, mode: str, outcome: str) -> None:
        record_property("crash", (moment, under_way, mode, outcome))

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table of moments."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    rows = [
        (*value, report.outcome)
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "crash" and report.when == "call"
    ]
    if not rows:
        return
    terminalreporter.section("killed when, and what became of it")
    heads = ("killed", "under way in Azure", "then", "ended", "test")
    widths = [max(len(str(row[column])) for row in (heads, *rows)) for column in range(len(heads))]
    for shown in (heads, *sorted(rows)):
        cells = (str(cell).ljust(width) for cell, width in zip(shown, widths, strict=True))
        terminalreporter.write_line("  ".join(cells).rstrip())
