"""Ctrl-C while a flow runs: one sentence, and back at the prompt in a moment.

A terminal sends SIGINT to the whole process group, so Prefect's own server has it as well, and goes. What is left in
this process would still report to it at exit, and wait for over a minute for nobody. Nothing that matters is in there:
the next run goes on from what Azure shows.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any, NoReturn, TypeVar

from rich.console import Console

from cli import stopped
from cli.exit_status import ExitStatus

T = TypeVar("T")
_GRACE = 1.2
"""Seconds in which a stopped run may tell a server of Prefect's that lives on."""
_GOING = 0.3
"""Seconds for a child that has been asked to go."""
_children: list[subprocess.Popen[Any]] = []
_clearing: list[Callable[[], None]] = []
_told = threading.Lock()
_written = threading.Event()


class _CtrlC:
    """Stops the run at the first Ctrl-C, and leaves at the second, or once the grace is over."""

    def __init__(self) -> None:
        self.presses = 0
        self.run: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        self.presses += 1
        if self.presses > 1:
            leave_stopped()
        timer = threading.Timer(_GRACE, leave_stopped)
        timer.daemon = True
        timer.start()
        if self.run is None:
            raise KeyboardInterrupt
        loop, task = self.run
        task.cancel()
        loop.call_soon_threadsafe(_clear)  # also wakes a loop that waits for nothing but a timer


_ctrl_c = _CtrlC()


def run_stoppable(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as `asyncio.run` does; Ctrl-C ends it by KeyboardInterrupt within a moment."""

    async def watched() -> T:
        task = asyncio.current_task()
        _ctrl_c.run = (asyncio.get_running_loop(), task) if task else None
        return await main

    # asyncio leaves a handler alone that is not Python's own
    signal.signal(signal.SIGINT, _ctrl_c)
    try:
        result = asyncio.run(watched())
    except (Exception, asyncio.CancelledError):
        # a stopped run may end by anything: Prefect's server is gone, for one
        if _ctrl_c.presses:
            raise KeyboardInterrupt from None
        raise
    finally:
        _ctrl_c.run = None
    if _ctrl_c.presses:
        raise KeyboardInterrupt
    return result


def ends_with_us(child: subprocess.Popen[Any]) -> None:
    """Remember a process that must not outlive this one."""
    _children.append(child)


def before_leaving(clear: Callable[[], None]) -> None:
    """Remember what takes a drawing away from the terminal, and gives the cursor back; may be called twice."""
    _clearing.append(clear)


def _clear() -> None:
    while _clearing:
        with contextlib.suppress(Exception):  # whatever becomes of the drawing, the process ends
            _clearing.pop()()


def tell_stopped() -> None:
    """Say that the run was stopped: once, whoever says it first, and to the end, however often Ctrl-C is pressed."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is _ctrl_c:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a press now would end the process in mid-sentence
    if _told.acquire(blocking=False):
        tell(stopped.SENTENCE)
        _written.set()
    else:
        _written.wait(_GOING)


def tell(sentence: str) -> None:
    """Print one sentence on standard error, as it is."""
    Console(stderr=True).print(f"fleet-identity: {sentence}", markup=False, highlight=False, soft_wrap=True)


def nobody_reads() -> ExitStatus:
    """Go on writing to nobody: whoever read standard output has gone, as `head` does, and has nothing to be told."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitStatus.FAILED  # as rich does, which prints the tables


def leave_stopped() -> NoReturn:
    """Say that the run was stopped, and be gone."""
    _clear()
    tell_stopped()
    leave(ExitStatus.STOPPED)


def leave_on_ctrl_c(status: int) -> None:
    """From now on, when all is done and told, let Ctrl-C cut short what Prefect still does at exit."""
    if signal.getsignal(signal.SIGINT) is _ctrl_c:

        def pressed(_signal: int, _frame: FrameType | None) -> None:
            leave(status)

        signal.signal(signal.SIGINT, pressed)


def leave(status: int) -> NoReturn:
    """End this process and its children now, without what Python and Prefect do at exit: that may wait for minutes."""
    try:
        for child in filter(None, (*_children, _prefect_server())):
            _end(child)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # nobody may read any more
                stream.flush()
    finally:
        os._exit(status)


def _prefect_server() -> subprocess.Popen[Any] | None:
    """Give Prefect's own server, if this process has started one: not by importing what nobody has imported."""
    module = sys.modules.get("prefect.server.api.server")
    server = getattr(module, "SubprocessASGIServer", None)  # missing while its import goes on
    return server().server_process if server else None


def _end(child: subprocess.Popen[Any]) -> None:
    with contextlib.suppress(OSError):
        child.terminate()
    try:
        child.wait(_GOING)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
