"""`python -m simulator --world FILE`: serve a world until interrupted."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulator.errors import SimulatorError
from simulator.server import serve
from simulator.world import EXAMPLE


def main() -> int:
    """Serve; 2 where the world or the port cannot be used."""
    parser = argparse.ArgumentParser(prog="simulator", description="A local Azure Resource Manager with AKS.")
    parser.add_argument("--world", type=Path, default=EXAMPLE, help="what exists when it starts")
    parser.add_argument("--port", type=int, default=0, help="of localhost; a free one by default")
    parser.add_argument("--pace", type=float, default=1.0, help="simulated seconds in a real one")
    options = parser.parse_args()
    try:
        serve(options.world, port=options.port, pace=options.pace, announce=_announce)
    except SimulatorError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _announce(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
