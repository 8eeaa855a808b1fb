"""Measures whole fleet runs: how much longer than they must they take, and what do they cost.

For each size and pace the same fleet is migrated twice, on simulators of its own: by a plain loop over the Azure SDK,
which is the floor, and by the flow `migrate-fleet` on a Prefect server of its own. The ideal is the critical path: what
Azure needs for the waves that the concurrency demands. Exit status 1 if a cluster was not migrated, or had an outage.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from benchmarks.makespan.cell import Cell, measure
from benchmarks.makespan.database import LOCAL
from benchmarks.makespan.table import document, text, write_into

SIZES, PACES, QUICK = (50, 200, 1000), (60.0, 30.0), ((50,), (60.0,))


def main() -> int:
    """Measure all cells, and show them."""
    options = _options()
    signal.signal(signal.SIGTERM, _ended)
    sizes, paces = QUICK if options.quick else (options.sizes, options.paces)
    cells = [_measured(size, pace, options.database) for size in sizes for pace in paces]
    print(text(cells))
    if options.markdown:
        write_into(options.markdown, cells)
    found = document(cells)
    print(json.dumps(found))
    return 0 if found["ok"] else 1


def _measured(clusters: int, pace: float, database: str) -> Cell:
    _tell(f"{clusters} clusters at pace {pace:g}:", end="")
    cell = measure(clusters, pace, database, told=lambda what: _tell(f" {what};", end=""))
    _tell(f" ideal {cell.ideal_seconds:.0f} s; {cell.ours.database}{'; FAILED' if cell.problems else ''}")
    return cell


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.makespan", description="Measure whole fleet runs.")
    parser.add_argument("--sizes", type=_numbers(int), default=SIZES, help="numbers of clusters, such as 50,200")
    parser.add_argument("--paces", type=_numbers(float), default=PACES, help="simulated seconds in a real one")
    parser.add_argument("--quick", action="store_true", help="50 clusters at pace 60")
    parser.add_argument(
        "--database", default=LOCAL, help=f"a PostgreSQL server, by default {LOCAL}; SQLite without one"
    )
    parser.add_argument("--markdown", type=Path, help="the page whose table is written anew")
    return parser.parse_args()


def _numbers(kind: type[int] | type[float]) -> Callable[[str], tuple[float, ...]]:
    def numbers(given: str) -> tuple[float, ...]:
        found = tuple(kind(one) for one in given.split(","))
        if not all(one > 0 for one in found):
            raise ValueError(given)
        return found

    return numbers


def _tell(what: str, end: str = "\n") -> None:
    print(what, end=end, file=sys.stderr, flush=True)


def _ended(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave by an exception, so that servers and databases go, too."""
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
