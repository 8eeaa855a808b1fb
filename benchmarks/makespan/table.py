"""How the measurement of whole fleet runs is shown: for a terminal, for a page, for a program."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.makespan.cell import Cell, Run

HEAD = (
    ("clusters", ""),
    ("pace", ""),
    ("ideal s", ""),
    ("ours s", ""),
    ("ours /", "ideal"),
    ("floor s", ""),
    ("ours /", "floor"),
    ("first switch after s", "ours / floor"),
    ("requests a cluster", "ours / floor"),
    ("answered 429", "ours / floor"),
    ("CPU s a cluster", "ours / server / floor"),
    ("peak MB", "ours / floor"),
    ("cores busy", "ours / server / simulator"),
)
"""Each in two lines: what, and of whom."""
_TABLE = re.compile(r"(?<=<!-- makespan: begin -->\n).*(?=<!-- makespan: end -->)", re.DOTALL)


def text(cells: Sequence[Cell]) -> str:
    """The table in columns, and below it what is wrong."""
    lines = [*zip(*HEAD, strict=True), *(_row(cell) for cell in cells)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = ["  ".join(map(str.rjust, line, widths)) for line in lines]
    return "\n".join((*shown, *_remarks(cells)))


def markdown(cells: Sequence[Cell]) -> str:
    """The table for a page, under a line that says when and where it was measured."""
    heads = tuple(f"{what} {of}".strip() for what, of in HEAD)
    rows = [heads, ("--:",) * len(HEAD), *(_row(cell) for cell in cells)]
    return "\n".join((_caption(cells), "", *(f"| {' | '.join(row)} |" for row in rows), "", *_bullets(cells)))


def document(cells: Sequence[Cell]) -> dict[str, Any]:
    """All that was measured."""
    return {
        "benchmark": "makespan",
        "ok": not any(cell.problems for cell in cells),
        **_machine(),
        "cells": [
            {
                **asdict(cell),
                "ideal_seconds": cell.ideal_seconds,
                "ours_over_ideal": _over(cell.ours.seconds, cell.ideal_seconds),
                "ours_over_floor": _over(cell.ours.seconds, cell.floor.seconds),
            }
            for cell in cells
        ],
        "at_pace_1": [{"clusters": clusters, "ours_over_ideal": ratio} for clusters, ratio in at_azures_pace(cells)],
    }


def write_into(page: Path, cells: Sequence[Cell]) -> None:
    """Replace the table of a page."""
    before = page.read_text()
    if not _TABLE.search(before):
        raise ValueError(f"{page} has no place for the table: '<!-- makespan: begin -->' and '<!-- makespan: end -->'.")
    page.write_text(_TABLE.sub(lambda _: f"\n{markdown(cells)}\n", before))


def at_azures_pace(cells: Sequence[Cell]) -> list[tuple[int, float]]:
    """Estimate ours / ideal at pace 1, for each size that was measured well at two paces.

    A run takes a part that shrinks as Azure is sped up, and a part that is our own and does not: w / pace + o. Two
    paces tell both, unless the machine was so full that our own part grew with the pace: then less than the ideal
    seems to be left for Azure, and nothing is told.
    """
    found: list[tuple[int, float]] = []
    for clusters, group in groupby(sorted(cells, key=lambda cell: cell.clusters), lambda cell: cell.clusters):
        same = sorted((cell for cell in group if not cell.problems), key=lambda cell: cell.pace)
        if len(same) > 1:
            slow, fast = same[0], same[-1]
            waits = (slow.ours.seconds - fast.ours.seconds) / (1 / slow.pace - 1 / fast.pace)
            own, ideal = slow.ours.seconds - waits / slow.pace, slow.ideal_seconds * slow.pace
            if waits >= ideal:
                found.append((clusters, round((waits + own) / ideal, 3)))
    return found


def _row(cell: Cell) -> tuple[str, ...]:
    ours, floor, each = cell.ours, cell.floor, cell.clusters
    return (
        f"{each:,}{' *' if cell.problems else ''}",
        f"{cell.pace:g}",
        f"{cell.ideal_seconds:.0f}",
        f"{ours.seconds:.0f}",
        _ratio(ours.seconds, cell.ideal_seconds),
        f"{floor.seconds:.0f}",
        _ratio(ours.seconds, floor.seconds),
        f"{ours.lead_in_seconds:.0f} / {floor.lead_in_seconds:.0f}",
        f"{ours.requests / each:.1f} / {floor.requests / each:.1f}",
        f"{ours.refused} / {floor.refused}",
        f"{ours.cpu_seconds / each:.2f} / {ours.server_cpu_seconds / each:.2f} / {floor.cpu_seconds / each:.2f}",
        f"{ours.peak_megabytes} / {floor.peak_megabytes}",
        " / ".join(_share(one, ours.seconds) for one in _used(ours)),
    )


def _used(run: Run) -> tuple[float, float, float]:
    return run.cpu_seconds, run.server_cpu_seconds, run.simulator_cpu_seconds


def _share(cpu_seconds: float, seconds: float) -> str:
    return f"{cpu_seconds / seconds:.2f}" if seconds else "-"


def _ratio(one: float, other: float) -> str:
    ratio = _over(one, other)
    return "-" if ratio is None else f"{ratio:.3f}"


def _over(one: float, other: float) -> float | None:
    return round(one / other, 3) if one and other else None


def _remarks(cells: Sequence[Cell]) -> list[str]:
    failed = [f"* {_named(cell)}, {one}" for cell in cells for one in cell.problems]
    lost = [f"{_named(cell)}, {one}" for cell in cells for one in cell.floors_losses]
    likely = [
        f"At Azure's own pace, {n:,} clusters: ours / ideal {r:.3f} (estimated)." for n, r in at_azures_pace(cells)
    ]
    return [*([""] if failed or lost or likely else []), *failed, *lost, *likely]


def _named(cell: Cell) -> str:
    return f"{cell.clusters:,} clusters at pace {cell.pace:g}"


def _bullets(cells: Sequence[Cell]) -> list[str]:
    return [f"* {line.removeprefix('* ')}" if line else "" for line in _remarks(cells) if line]


def _caption(cells: Sequence[Cell]) -> str:
    where = _machine()
    databases = ", ".join(sorted({cell.ours.database or "no database" for cell in cells}))
    load = max(cell.load_before for cell in cells)
    return (
        f"Measured on {where['date']}: {where['cores']} cores ({where['processor']}) for everything, simulator and "
        f"database included; Python {where['python']}, Prefect {where['prefect']}, {databases}. "
        f"Highest load of the machine before a cell: {load:.1f}."
    )


def _machine() -> dict[str, Any]:
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "prefect": version("prefect"),
    }


def _processor() -> str:
    named = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return named[1] if named else platform.machine()
