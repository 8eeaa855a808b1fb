"""`fleet-identity ui`, as a person starts it, and what is left when it has gone."""

import re
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.command import start

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The command, once it has told where to look."""

    process: subprocess.Popen[str]
    address: str
    folder: Path
    """Where everything of it keeps what it keeps."""

    def left(self) -> list[str]:
        """Name the files and processes that it has left."""
        return [*map(str, self.folder.iterdir()), *_at_work_in(self.folder)]


@contextmanager
def shown(folder: Path, *options: str) -> Generator[Shown]:
    """Start it, with a folder for temporary files that nobody else uses; end it, if it has not ended."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        process = start("ui", *options, home=folder)
    with process:
        try:
            yield Shown(process=process, address=_address(process), folder=folder)
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if found := _ADDRESS.search(line):
            return found[0]
    raise AssertionError(f"it told of no address: {process.stderr.read() if process.stderr else ''}")


def _at_work_in(folder: Path) -> list[str]:
    """Name the processes that work in this folder, as far as the machine tells."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # one that has gone, or is somebody else's
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found
