"""`python -m simulator.replay FILE...`: replay recordings; 0 where every deviation is explained."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulator.replay.cassette import CassetteError, read
from simulator.replay.player import play
from simulator.replay.report import has_unexplained, report


def main() -> int:
    """Replay each file; 1 where a deviation has no explanation, 2 where a file cannot be read."""
    parser = argparse.ArgumentParser(prog="simulator.replay", description="Replay recordings of Azure traffic.")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a VCR cassette")
    return max(_replay(file) for file in parser.parse_args().files)


def _replay(file: Path) -> int:
    try:
        interactions = read(file)
    except CassetteError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    compared = play(interactions)
    sys.stdout.writelines(f"{line}\n" for line in report(file, compared))
    return 1 if has_unexplained(compared) else 0


if __name__ == "__main__":
    sys.exit(main())
