"""Prefect's own workers, as processes that may be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from simulator import Simulator


class Worker:
    """A process worker of a pool, which takes one run at a time."""

    def __init__(self, name: str, pool: str, env: dict[str, str]) -> None:
        """Start it."""
        command = ["worker", "start", "--pool", pool, "--type", "process", "--name", name, "--limit", "1"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *command],
            env=env,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def at_work(self) -> bool:
        """Whether it has started a run."""
        return bool(descendants(self._process.pid))

    def kill(self) -> None:
        """End it, and the runs that it has started, at once."""
        for pid in (self._process.pid, *descendants(self._process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()


def descendants(pid: int) -> list[int]:
    """Give the processes that a process has started, and theirs; Linux tells in /proc."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found = list(children.get(pid, []))
    for child in found:
        found += children.get(child, [])
    return found


@contextmanager
def workers(count: int, pool: str, api: str, azure: Simulator, **settings: str) -> Generator[list[Worker]]:
    """Run workers for the time of a test."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_API", "FLEET_"))}
    env = own | azure.env | {"PREFECT_API_URL": api} | settings
    env["PREFECT_WORKER_QUERY_SECONDS"] = "1"
    running = [Worker(f"worker-{number}", pool, env) for number in range(count)]
    try:
        yield running
    finally:
        for worker in running:
            worker.kill()
