"""Processes that a command starts: they end with it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.children import children
from fleet_identity.errors import TerminalError

SERVES = ("http.server", "0", "--bind", "127.0.0.1")
"""A module of Python's own that goes on until it is stopped."""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""
COMMAND = f"""
import os, time
from cli.children import children
with children() as ours:
    child = ours.start("web server", *{SERVES}, env=os.environ)
    print(ours.folder, child.pid, flush=True)
    time.sleep(600)
"""


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(folder: Path, process: int) -> None:
    deadline = time.monotonic() + 60
    while folder.exists() or is_there(process):
        assert time.monotonic() < deadline, f"left: {folder if folder.exists() else process}"
        time.sleep(0.02)


def test_they_end_with_the_block() -> None:
    """As soon as the block ends, its processes have ended and the folder is gone."""
    with children() as ours:
        child = ours.start("web server", *SERVES, env=os.environ)
        assert child.poll() is None
        assert (ours.folder / "web-server.log").exists()
    assert child.returncode == -signal.SIGTERM
    assert not ours.folder.exists()


@pytest.mark.parametrize("ends", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_they_end_with_a_command_that_is_killed(ends: signal.Signals) -> None:
    """Nothing is left, not even of a command that had no time to clean up."""
    with subprocess.Popen([sys.executable, "-c", COMMAND], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout
        folder, child = command.stdout.readline().split()
        assert Path(folder).exists()
        assert is_there(int(child))
        command.send_signal(ends)
    wait_until_gone(Path(folder), int(child))


def test_a_stubborn_one_is_killed() -> None:
    """What does not go when it is asked goes all the same."""
    with children() as ours:
        (ours.folder / "stubborn.py").write_text(STUBBORN)
        child = ours.start("stubborn one", "stubborn", env=os.environ, announces=True)
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
    assert child.returncode == -signal.SIGKILL


def test_one_that_ends_by_itself_is_told() -> None:
    """With its name, and the last that it said."""
    with children() as ours:
        ours.start("web server", "no_such_module", env=os.environ)
        with pytest.raises(TerminalError, match=r"(?s)The web server has ended by itself.*No module named"):
            ours.watch()
