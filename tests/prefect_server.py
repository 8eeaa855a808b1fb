"""A Prefect server in processes of its own, which may be killed and started again on the same database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

_PATIENCE = 600.0
"""Seconds: the first start migrates a database, and the machine may be busy."""


class PrefectServer:
    """A server on a port of its own, in a process group of its own; SQLite, unless the settings say else."""

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        """Choose a port, which stays its own; nothing is started yet."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = str(probe.getsockname()[1])
        self.api = f"http://127.0.0.1:{self._port}/api"
        self._log = home / "server.log"
        self._env = os.environ | {"PREFECT_HOME": str(home), "PREFECT_SERVER_UI_ENABLED": "false", **(settings or {})}
        self._env.pop("PREFECT_API_URL", None)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", self._port]
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._env, start_new_session=True, stdout=log, stderr=log)
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self._process.poll() is None, f"the Prefect server ended: {self._log.read_text()[-2000:]}"
            assert time.monotonic() < deadline, "the Prefect server did not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """End the server and all that it has started, at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.api}/health", timeout=5).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def prefect_server(home: Path, settings: Mapping[str, str] | None = None) -> Generator[PrefectServer]:
    """Run a server until the block ends."""
    server = PrefectServer(home, settings)
    try:
        server.start()
        yield server
    finally:
        server.kill()
