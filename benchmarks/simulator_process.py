"""The simulator in a process of its own, so that it does not compute in the time of what is measured."""

import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen


@dataclass(frozen=True, slots=True, kw_only=True)
class Journalled:
    """One request that the simulator has answered, and when, in its time."""

    at: datetime
    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorProcess:
    """Where it is, and what clients must export."""

    arm: str
    ca: str
    env: Mapping[str, str]

    def journal(self) -> list[Journalled]:
        """Give all requests so far."""
        return [_journalled(one) for one in self._asked("journal")["requests"]]

    def incidents(self) -> int:
        """Tell how many outages a customer would have had so far."""
        return len(self._asked("incidents")["incidents"])

    def _asked(self, what: str) -> Any:
        trust = ssl.create_default_context(cafile=self.ca)
        with urlopen(f"{self.arm}/_simulator/{what}", context=trust) as answer:  # noqa: S310 - our own simulator
            return json.load(answer)


@contextmanager
def simulator_process(world: Mapping[str, Any], pace: float) -> Generator[SimulatorProcess]:
    """Run the simulator until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        described = Path(folder) / "world.yaml"
        described.write_text(json.dumps(world))  # JSON is YAML
        command = [sys.executable, "-m", "simulator", "--world", str(described), "--pace", f"{pace:g}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
            try:
                announced = json.loads(process.stdout.readline() if process.stdout else "")
                yield SimulatorProcess(arm=announced["arm"], ca=announced["ca"], env=announced["env"])
            finally:
                process.terminate()


def _journalled(one: Mapping[str, Any]) -> Journalled:
    at = datetime.fromisoformat(one["at"])
    return Journalled(at=at, method=one["method"], path=one["path"], status=one["status"])
