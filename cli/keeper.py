"""Ends what a command has started once the command has gone, however it went: `python -m cli.keeper FOLDER`.

It reads process groups from standard input, a number a line. The end of the input is the end of the command: even a
killed one lets go of its pipe. Imports nothing of ours, so that it is there in a moment.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable

_GRACE = 3.0
"""Seconds to end in good order."""
_TICK = 0.05


def keep(lines: Iterable[str], folder: str) -> None:
    """Wait for the end of the lines; then end the groups that they name, and remove the folder."""
    groups = [int(line) for line in lines]
    _signal(groups, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE
    while _signal(groups, 0) and time.monotonic() < deadline:
        time.sleep(_TICK)
    _signal(groups, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def _signal(groups: Iterable[int], number: int) -> bool:
    """Signal all groups; tell whether any was there."""
    found = False
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)
            found = True
    return found


if __name__ == "__main__":
    keep(sys.stdin, sys.argv[1])
