"""The installed command at a terminal: standard error is a pseudo-terminal of 80 columns and 24 lines."""

import errno
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator import Simulator

SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


@contextmanager
def at_a_terminal(
    *arguments: str, home: Path, azure: Simulator, prefect: str | None = None, **variables: str
) -> Generator[tuple[subprocess.Popen[str], int]]:
    """Start `fleet-identity`; give the process, its standard output a pipe, and what its terminal shows."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FLEET_"))}
    given = {"PREFECT_API_URL": prefect} if prefect else {}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        env={**own, **given, **azure.env, "PREFECT_HOME": str(home), "TERM": "xterm-256color", **variables},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield process, ours
        finally:
            os.close(ours)


def shown(terminal: int) -> Iterator[str]:
    """Give what is written to the terminal, piece by piece, until nobody has it open any more."""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # Linux's way to say that the other side is closed
                raise
            return
        if not piece:
            return
        yield piece.decode(errors="replace")
