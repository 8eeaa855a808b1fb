"""Prefect's server in a process of its own, on a database of its own, with the settings that we ship."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.makespan.database import fresh_database
from benchmarks.makespan.processes import cpu_seconds, last_words, process
from cli.prefect_profile import apply_prefect_profile

_START, _CALM = 180.0, 120.0
"""Seconds in which the server must answer, and in which it must have worked off what a run has left it."""
_GLANCE, _IDLE = 3.0, 0.1
"""It has worked all off when it uses less than this share of a core for so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefectServer:
    """A running server."""

    group: int
    api: str
    database: str

    def cpu_seconds(self) -> float:
        """CPU that it has used; that of PostgreSQL is not in it."""
        return cpu_seconds(self.group)

    def used_since(self, before: float) -> float:
        """CPU since it had used so much, once it has recorded all: that is part of what a run costs."""
        self.calm_down()
        return self.cpu_seconds() - before

    def calm_down(self) -> None:
        """Wait until it has worked off what it was sent."""
        deadline, used = time.monotonic() + _CALM, self.cpu_seconds()
        while time.monotonic() < deadline:
            time.sleep(_GLANCE)
            before, used = used, self.cpu_seconds()
            if used - before < _IDLE * _GLANCE:
                return


def prefect_environment(home: Path) -> dict[str, str]:
    """Our environment, without the Prefect settings of whoever runs this and with those that we ship."""
    for name in [name for name in os.environ if name.startswith(("PREFECT_", "FLEET_IDENTITY_"))]:
        del os.environ[name]
    apply_prefect_profile()
    return {**os.environ, "PREFECT_HOME": str(home)}


@contextmanager
def prefect_server(database_server: str, env: Mapping[str, str], home: Path) -> Generator[PrefectServer]:
    """Start a server on a fresh database; both are gone when the block ends."""
    port, log = _free_port(), home / "prefect-server.log"
    command = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui")
    with fresh_database(database_server, home) as database:
        settings = {**env, "PREFECT_API_DATABASE_CONNECTION_URL": database.url}
        with process(*command, env=settings, log=log) as started:
            api = f"http://127.0.0.1:{port}/api"
            _wait_for(api, started, log)
            server = PrefectServer(group=started.pid, api=api, database=database.name)
            server.calm_down()
            yield server


def _wait_for(api: str, started: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and started.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{api}/health", timeout=5):  # noqa: S310
            return
        time.sleep(0.2)
    raise RuntimeError(f"Prefect's server did not start: {last_words(log)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
