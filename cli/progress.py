"""What is being done, on standard error: a table that is drawn in place where there is a terminal, lines elsewhere."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from rich.console import Console
from rich.live import Live
from rich.markup import escape

from cli.fleet_progress import FleetProgress
from cli.live_table import live_table
from cli.stopping import before_leaving
from fleet_identity.clock import Clock
from fleet_identity.log_context import about
from fleet_identity.progress import Progress
from fleet_identity.report.words import duration

_BETWEEN_DRAWINGS = 0.25
"""Seconds."""


class ProgressLines(logging.Handler):
    """A line for each step: the time since the first one (Azure's), the cluster, what is done to it."""

    def __init__(self, console: Console, clock: Clock) -> None:
        """Print to this console; the first line starts the count: what comes before it takes none of Azure's time."""
        super().__init__(logging.INFO)
        self._console = console
        self._clock = clock
        self._began: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line, and before it what a person is asked."""
        if _told(record).kept:
            self._console.print(escape(record.getMessage()), highlight=False, soft_wrap=True)
            return
        self._tell(record, self._elapsed())

    def _elapsed(self) -> float:
        now = self._clock.now()
        self._began = now if self._began is None else self._began
        return now - self._began

    def _tell(self, record: logging.LogRecord, elapsed: float) -> None:
        if asked := _told(record).asked:
            self._show(asked)
        colour = "yellow" if record.levelno >= logging.WARNING else "dim"
        self._console.print(
            f"[{colour}]{duration(elapsed):>11}[/]  [bold]{about.get():<14}[/] {escape(record.getMessage())}",
            highlight=False,
            soft_wrap=True,
        )

    def _show(self, page: str) -> None:
        self._console.print(page, markup=False, highlight=False, soft_wrap=True)


class ProgressTable(ProgressLines):
    """A table of what is under way, and lines above it for warnings alone."""

    def __init__(self, console: Console, clock: Clock) -> None:
        """Draw on this console, from `shown` on."""
        super().__init__(console, clock)
        self._progress = FleetProgress()
        self._live = Live(
            console=console,
            auto_refresh=False,  # drawn from the run's own loop: a thread would draw over what is told at Ctrl-C
            transient=True,
            redirect_stdout=False,  # that is for the result, and may be a pipe
            vertical_overflow="crop",
            get_renderable=lambda: live_table(self._progress, console, clock.now),
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Take in one line, and print it if it warns or is to be kept."""
        if _told(record).kept:
            super().emit(record)
            return
        elapsed = self._elapsed()
        self._progress.note(about.get(), record.getMessage(), _told(record), self._clock.now())
        if record.levelno >= logging.WARNING:
            self._tell(record, elapsed)

    def _show(self, page: str) -> None:
        from rich.markdown import Markdown  # only a run that asks needs it

        self._console.print(Markdown(page))

    @asynccontextmanager
    async def shown(self) -> AsyncGenerator[None]:
        """Draw until the block ends, or the run is stopped; what was drawn is taken away."""
        self._live.start()
        before_leaving(self._live.stop)
        drawing = asyncio.create_task(self._draw())
        try:
            yield
        finally:
            drawing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await drawing
            self._live.stop()

    async def _draw(self) -> None:
        while self._live.is_started:
            self._live.refresh()
            await asyncio.sleep(_BETWEEN_DRAWINGS)


@asynccontextmanager
async def show_progress(clock: Clock) -> AsyncGenerator[None]:
    """Show the log lines of the product's own packages while the block runs."""
    console = Console(stderr=True)
    if not may_draw(console):
        _listen(ProgressLines(console, clock))
        yield
        return
    table = ProgressTable(console, clock)
    _listen(table)
    async with table.shown():
        yield


def may_draw(console: Console) -> bool:
    """Whether there is a terminal that can be drawn on; FORCE_COLOR makes no terminal of a file."""
    return console.is_terminal and not console.is_dumb_terminal and sys.stderr.isatty()


def _told(record: logging.LogRecord) -> Progress:
    return getattr(record, "progress", None) or Progress()


def _listen(handler: ProgressLines) -> None:
    for name in ("fleet_identity", "flows", "tasks"):
        logger = logging.getLogger(name)
        logger.handlers = [*(old for old in logger.handlers if not isinstance(old, ProgressLines)), handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
