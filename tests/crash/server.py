"""A Prefect server that can be killed, and started again on the same database."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_PATIENCE = 120
"""Seconds until it must answer."""


class PrefectServer:
    """A server of its own home and process group, on a free port that stays its own."""

    def __init__(self, home: Path, migrated: Path) -> None:
        """Take a database whose tables are there over from another server: to make them takes ten seconds."""
        self._home = home
        self._database = home / "prefect.db"
        with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(self._database)) as own:
            source.backup(own)
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self._port: int = free.getsockname()[1]
        self.api = f"http://127.0.0.1:{self._port}/api"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self._home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "prefect", "server", "start", "--port", str(self._port)],
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self._process.poll() is None, (self._home / "server.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL it with all its processes."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.api}/health", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FLEET_"))}
        return inherited | {
            "PREFECT_HOME": str(self._home),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{self._database}",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_UI_ENABLED": "false",
        }
