"""The way in: Ctrl-C is answered from the first moment on, while most of the command is still being imported."""

import os
import signal
from types import FrameType
from typing import NoReturn

from cli import stopped


def main() -> None:
    """Import the command, which takes a second or more, and run it."""
    before = signal.signal(signal.SIGINT, _stop)
    from cli.main import main as command

    signal.signal(signal.SIGINT, before)  # ignored, where a shell starts it in the background
    command()


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End without a traceback through half of an import; nothing has been started that must be told."""
    os.write(2, f"fleet-identity: {stopped.SENTENCE}\n".encode())
    os._exit(stopped.STATUS)


if __name__ == "__main__":
    main()
