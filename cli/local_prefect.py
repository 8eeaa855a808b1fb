"""A Prefect server in a process of its own, and beside it the one that serves all flows."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

from cli.children import Children
from cli.prefect_profile import DEFAULTS

_TICK = 0.2
"""Seconds between two questions whether it is ready."""
_FLEET_DEPLOYMENT = "migrate-fleet/migrate-fleet"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPrefect:
    """A server of this machine's own."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """Where its UI is."""
        return f"http://{self.host}:{self.port}"

    @property
    def api(self) -> str:
        """Where it is talked to: what PREFECT_API_URL is to say."""
        return f"{self.address}/api"

    def settings(self, home: Path) -> dict[str, str]:
        """Give all that it, and those who report to it, are to be set to; nothing comes from the user's profile."""
        return DEFAULTS | {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.api,
            "PREFECT_UI_URL": self.address,
            "PREFECT_SERVER_UI_API_URL": self.api,
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            # a database in a file: while one run writes, another may be told to come again
            "PREFECT_CLIENT_MAX_RETRIES": "8",
        }

    def start(self, ours: Children, env: Mapping[str, str]) -> None:
        """Start the server, and wait until it answers."""
        words = ("prefect", "server", "start", "--host", self.host, "--port", str(self.port))
        ours.start("Prefect server", *words, env=env)
        _wait(ours, lambda: self._get("health") is True)

    def serve(self, ours: Children, env: Mapping[str, str], fleet: Path) -> None:
        """Serve all deployments, their forms filled in with a fleet, and wait until they take runs."""
        ours.start("process that serves the flows", "deployments.serve", "--fleet", str(fleet), env=env)
        _wait(ours, self._takes_runs)

    def _takes_runs(self) -> bool:
        found = self._get(f"deployments/name/{_FLEET_DEPLOYMENT}")
        return found is not None and found["status"] == "READY"

    def _get(self, what: str) -> Any:
        """Ask the server; None where it does not answer, or knows no such thing."""
        try:
            with urllib.request.urlopen(f"{self.api}/{what}", timeout=5) as answer:  # noqa: S310
                return json.load(answer)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return None


def _wait(ours: Children, ready: Callable[[], bool]) -> None:
    while not ready():
        ours.check()
        sleep(_TICK)
