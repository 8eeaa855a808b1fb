"""A simulator in a process of its own, for as long as the command that needs it."""

import json
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.stopping import ends_with_us
from fleet_identity.errors import TerminalError


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSimulator:
    """A running simulator, as it announced itself."""

    arm: str
    ca: str
    subscriptions: tuple[str, ...]
    env: dict[str, str]

    def ask(self, what: str) -> Any:
        """Read from the control surface: `state`, `journal` or `incidents`."""
        context = ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(f"{self.arm}/_simulator/{what}", context=context) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def local_simulator(world: Path, pace: float) -> Generator[LocalSimulator]:
    """Start a simulator, and end it with the block."""
    command = [sys.executable, "-m", *simulate(world, pace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        ends_with_us(process)
        try:
            yield announced(process)
        finally:
            process.terminate()


def simulate(world: Path, pace: float) -> tuple[str, ...]:
    """Give what follows `python -m`."""
    return ("cli", "simulate", "--world", str(world), "--pace", f"{pace:g}")


def announced(process: subprocess.Popen[str]) -> LocalSimulator:
    """Wait until a simulator is ready, and read how to reach it."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise TerminalError("The simulator did not start; its own message is above.")
    ready = json.loads(line)
    return LocalSimulator(
        arm=ready["arm"], ca=ready["ca"], subscriptions=tuple(ready["subscriptions"]), env=ready["env"]
    )
