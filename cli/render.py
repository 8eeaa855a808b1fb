"""Shows outcomes and plans to people, in 80 columns or more."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.tables import Row, print_table
from fleet_identity.outcome import Outcome, State
from fleet_identity.plan import Line
from fleet_identity.report.words import duration, kubelets

_COLOURS = {
    State.MIGRATED: "green",
    State.ALREADY_MIGRATED: "green",
    State.CREATED: "green",
    State.WAITING: "yellow",
    State.PLANNED: "cyan",
    State.PREPARED: "cyan",
    State.UNDONE: "green",
    State.KEPT: "yellow",
    State.NOT_STARTED: "yellow",
    State.SKIPPED: "yellow",
    State.NEEDS_HUMAN: "magenta",
    State.FAILED: "red",
}
_WHEN = {
    "blocks": "magenta",
    "warns": "yellow",
    "opens": "cyan",
    "now": "bold",
    "then": "dim",
    "later": "dim",
    "waits": "yellow",
    "stays": "yellow",
    "done": "green",
}
_STEPS = frozenset({"now", "then", "later"})
"""Lines of a plan that tell something to do."""


def show_plans(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print each cluster's plan, line by line."""
    for outcome in outcomes:
        console.print(f"[bold]{outcome.cluster_id.name}[/] ({outcome.before}): {_state(outcome)}")
        lines = Table.grid(padding=(0, 1, 0, 2))
        lines.add_column(no_wrap=True)
        lines.add_column(overflow="fold")
        for line in outcome.plan:
            if line.when != "notes":
                lines.add_row(f"[{_WHEN[line.when]}]{line.when}[/]", escape(_text(line)))
        if not outcome.plan:
            lines.add_row("", escape("\n".join(outcome.left) or "nothing to do"))
        console.print(lines)
        console.print()


def _text(line: Line) -> str:
    """Say what blocks with what to do; a warning's remedy stands once, below the fleet."""
    return f"{line.what} {line.todo}".rstrip() if line.when == "blocks" else line.what


def show_fleet(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print a table of the fleet: what each cluster ran on, runs on now, and what is left."""
    heads = ("cluster\nstate\n  what is left, and why", "ran on\nruns on now", "took\nnode pools")
    print_table(console, heads, [_row(outcome) for outcome in outcomes], spaced=True)
    _show_warnings(console, outcomes)


def _row(outcome: Outcome) -> Row:
    cells = (
        f"[bold]{escape(outcome.cluster_id.name)}[/]\n{_state(outcome)}",
        f"{escape(outcome.before)}\n{escape(outcome.after)}",
        f"{duration(outcome.seconds)}\n{kubelets(outcome)}",
    )
    return cells, escape("\n".join(_left(outcome)))


def _left(outcome: Outcome) -> tuple[str, ...]:
    """Give what is left; of a plan that nothing blocks, how long it is."""
    steps = sum(line.when in _STEPS for line in outcome.plan)
    if outcome.state is not State.PLANNED or not steps:
        return outcome.left
    return ("1 step" if steps == 1 else f"{steps} steps", *outcome.left)


def _show_warnings(console: Console, outcomes: Sequence[Outcome]) -> None:
    concerned: dict[str, list[str]] = {}
    remedies: dict[str, str] = {}
    for outcome in outcomes:
        for finding in outcome.findings:
            if finding.severity == "warns" and outcome.cluster_id.name not in concerned.setdefault(finding.code, []):
                concerned[finding.code].append(outcome.cluster_id.name)
                remedies.setdefault(finding.code, finding.remedy)
    for code, names in concerned.items():
        told = f"[yellow]warns[/] [bold]{code}[/]: {', '.join(names)}. {escape(remedies[code])}"
        console.print(told, highlight=False)
    if concerned:
        console.print("Each has its place in docs/runbook.md.")


def _state(outcome: Outcome) -> str:
    return f"[{_COLOURS[outcome.state]}]{outcome.state.value}[/]"
