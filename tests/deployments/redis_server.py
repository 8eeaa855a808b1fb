"""A Redis of one test, where its server is installed."""

import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = shutil.which("redis-server")


@contextmanager
def redis(folder: Path) -> Generator[str]:
    """Run one until the block ends; give its port. Prefect waits for it by itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [str(PROGRAM), "--port", port, "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        running.terminate()
        running.wait()
