"""The live table: how a fleet stands while its run goes on, drawn anew in place."""

from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.fleet_progress import Doing, FleetProgress, Shown
from fleet_identity.report.words import duration

_AROUND = 7
"""Lines of the terminal that rows may not take: heads, what is left out, the bar, the counts, and the cursor's own."""
_NAME, _TIME, _BAR = 24, 12, 30
"""Widths in characters."""


def live_table(progress: FleetProgress, console: Console, now: Callable[[], float]) -> RenderableType:
    """Draw what is known of a run into the terminal as it is now."""
    moment = now()
    shown = progress.shown(console.height - _AROUND, moment)
    parts: list[RenderableType] = [_head(progress, moment)]
    if shown.rows:
        parts.append(_rows(shown, moment))
    if more := _more(shown):
        parts.append(Text(more, style="dim"))
    if progress.clusters:
        parts.append(_bar(progress))
    return Group(*parts)


def _head(progress: FleetProgress, now: float) -> Text:
    run = progress.run
    told = Text(no_wrap=True, overflow="ellipsis")
    told.append(duration(progress.elapsed(now)), style="bold")
    told.append(f"  {run.what if run else 'Starting ...'}")
    if run and run.waits(now):
        told.append(f"  {_to_go(run, now)}", style="yellow")
    return told


def _rows(shown: Shown, now: float) -> Table:
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
    table.add_column("cluster", no_wrap=True, overflow="ellipsis", max_width=_NAME, style="bold")
    table.add_column("what is done", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("since", no_wrap=True, justify="right", width=_TIME, style="dim")
    table.add_column("to go", no_wrap=True, justify="right", width=_TIME, style="yellow")
    for row in shown.rows:
        table.add_row(Text(row.cluster), Text(row.what), duration(now - row.since), _to_go(row, now))
    return table


def _to_go(row: Doing, now: float) -> str:
    return duration(row.until - now) if row.until is not None and row.waits(now) else ""


def _more(shown: Shown) -> str:
    counts = ((shown.working_more, "under way"), (shown.waiting_more, "waiting"))
    return ", ".join(f"{count} more {what}" for count, what in counts if count)


def _bar(progress: FleetProgress) -> Table:
    done = progress.ended.total()
    bar = Table.grid(padding=(0, 1, 0, 0))
    states = "  ".join(f"{state} {count}" for state, count in sorted(progress.ended.items()))
    bar.add_row(
        ProgressBar(total=progress.clusters, completed=done, width=_BAR),
        f"{done} of {progress.clusters} clusters",
        Text(states, style="dim"),
    )
    return bar
