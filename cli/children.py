"""Processes that end with the command that has started them, however it ends; so does the folder that they write to."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fleet_identity.errors import TerminalError

_TICK = 0.2
"""Seconds between two looks at whether all are still there."""
_TAIL = 20
"""Lines of a log that tell why its process has ended."""


@dataclass(slots=True, kw_only=True)
class Children:
    """The processes of a command, each in a process group of its own: Ctrl-C reaches the command alone."""

    folder: Path
    keeper: subprocess.Popen[str]
    """Ends all of them, should the command be killed."""
    started: dict[str, subprocess.Popen[str]] = field(default_factory=dict[str, subprocess.Popen[str]])

    def start(self, name: str, *words: str, env: Mapping[str, str], announces: bool = False) -> subprocess.Popen[str]:
        """Start `python -m` with these words. What it says goes to its log; if it `announces` something, to us."""
        with self._log(name).open("w") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", *words],
                # whatever it leaves in the folder for temporary files goes as well
                env={**env, "TMPDIR": str(self.folder)},
                # Prefect would read settings that lie in the folder where the command was typed
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if announces else log,
                stderr=None if announces else log,
                text=True,
                process_group=0,
            )
        print(child.pid, file=self.keeper.stdin, flush=True)
        self.started[name] = child
        return child

    def check(self) -> None:
        """Raise TerminalError if one of them has ended, with the last that it said."""
        for name, child in self.started.items():
            if child.poll() is not None:
                said = self._log(name).read_text().splitlines()[-_TAIL:]
                raise TerminalError("\n".join((f"The {name} has ended by itself; the last that it said:", *said)))

    def watch(self) -> None:
        """Wait for as long as all go on; TerminalError tells which has ended."""
        while True:
            self.check()
            time.sleep(_TICK)

    def end(self) -> None:
        """End all, and remove the folder."""
        if self.keeper.stdin:
            self.keeper.stdin.close()
        for child in self.started.values():
            child.wait()
        self.keeper.wait()

    def _log(self, name: str) -> Path:
        return self.folder / f"{name.replace(' ', '-')}.log"


@contextmanager
def children() -> Generator[Children]:
    """Give an empty folder, and end with the block what was started in it."""
    folder = Path(tempfile.mkdtemp(prefix="fleet-identity-"))
    keeper = subprocess.Popen(
        [sys.executable, "-m", "cli.keeper", str(folder)], stdin=subprocess.PIPE, text=True, start_new_session=True
    )
    ours = Children(folder=folder, keeper=keeper)
    try:
        yield ours
    finally:
        ours.end()


def inherited(without: str) -> dict[str, str]:
    """Give the environment of this process, but for the variables that begin so."""
    return {name: value for name, value in os.environ.items() if not name.startswith(without)}
