"""Processes of a measurement: each in a group of its own, so that its CPU can be told from the others' (Linux)."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_GRACE = 20.0
"""Seconds to end in after SIGTERM."""
_TICKS = os.sysconf("SC_CLK_TCK")
_GROUP, _CPU = 2, slice(11, 15)
"""Of the fields that follow the command in /proc/<pid>/stat: the group; CPU of the process, then of ended children."""


@contextmanager
def process(*arguments: str, env: Mapping[str, str], log: Path) -> Generator[subprocess.Popen[str]]:
    """A Python module in a process group of its own until the block ends; what it says on standard error is kept."""
    with log.open("a") as errors:
        started = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", *arguments],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            _end(started)


def cpu_seconds(group: int) -> float:
    """CPU seconds that the living processes of a group have used, with those of their ended children."""
    return (
        sum(sum(int(ticks) for ticks in fields[_CPU]) for fields in _stats() if int(fields[_GROUP]) == group) / _TICKS
    )


def peak_megabytes() -> int:
    """The most memory that this process has held at once; getrusage would tell of the parent's, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


def last_words(log: Path, lines: int = 3) -> str:
    """The end of what a process said on standard error."""
    said = log.read_text(errors="replace").strip().splitlines()
    return " / ".join(said[-lines:])


def _stats() -> Iterator[list[str]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            yield stat.read_text().rpartition(")")[2].split()


def _end(started: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGTERM)
    try:
        started.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.communicate()
