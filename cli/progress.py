"""Prints what the run does, as it does it, to standard error."""

import logging

from rich.console import Console
from rich.markup import escape

from fleet_identity.clock import Clock
from fleet_identity.log_context import about
from fleet_identity.report.words import duration


class ProgressLines(logging.Handler):
    """A line for each step: the time since the first one (Azure's), the cluster, what is done to it."""

    def __init__(self, console: Console, clock: Clock) -> None:
        """Print to this console; the first line starts the count: what comes before it takes none of Azure's time."""
        super().__init__(logging.INFO)
        self._console = console
        self._clock = clock
        self._began: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line."""
        now = self._clock.now()
        self._began = now if self._began is None else self._began
        elapsed = duration(now - self._began)
        colour = "yellow" if record.levelno >= logging.WARNING else "dim"
        self._console.print(
            f"[{colour}]{elapsed:>11}[/]  [bold]{about.get():<14}[/] {escape(record.getMessage())}",
            highlight=False,
            soft_wrap=True,
        )


def show_progress(console: Console, clock: Clock) -> None:
    """Print the log lines of the product's own packages from now on."""
    handler = ProgressLines(console, clock)
    for name in ("fleet_identity", "flows", "tasks"):
        logger = logging.getLogger(name)
        logger.handlers = [*(old for old in logger.handlers if not isinstance(old, ProgressLines)), handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
