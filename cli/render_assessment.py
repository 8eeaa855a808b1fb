"""Shows an assessment to people, in 80 columns or more."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fleet_identity.report.assessment_words import Reason, codes, ends_on, headline, outlook, reasons, span, state_of

_URGENCY = {
    "overdue": "bold red",
    "urgent": "red",
    "soon": "yellow",
    "later": "dim",
    "unknown": "magenta",
    "none": "green",
}
_STATE = {"blocked": "magenta", "ready": "cyan", "waiting": "yellow", "nothing to do": "green"}
_NAMED = 3
"""Clusters that a reason names one by one."""
Document = Mapping[str, Any]


def show_assessment(console: Console, document: dict[str, Any]) -> None:
    """Print the fleet, most urgent first, then what blocks and what to do about it once for all."""
    console.print(_table(document["clusters"]))
    for severity, colour in (("blocks", "magenta"), ("warns", "yellow")):
        for reason in reasons(document, severity):
            console.print(f"[{colour}]{severity}[/] {_told(reason)}", highlight=False)
    console.print(f"\n[bold]{headline(document)}[/] {' '.join(outlook(document))}", highlight=False)
    console.print("Nothing was changed. --output html makes a report to send, --output json shows all details.")


def _table(clusters: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=SIMPLE_HEAD, header_style="bold", expand=True, pad_edge=False)
    table.add_column("cluster\nregion", no_wrap=True)
    table.add_column("control plane\nkubelet", no_wrap=True)
    table.add_column("secret ends\nurgency", no_wrap=True)
    table.add_column("roll\nabout", no_wrap=True)
    table.add_column("stands", overflow="fold", ratio=1)
    for cluster in clusters:
        table.add_row(
            f"[bold]{escape(cluster['name'])}[/]\n[dim]{escape(cluster['location'])}[/]",
            f"{cluster['identity']['runs_as']}\n{cluster['kubelet']['runs_as']}",
            f"{ends_on(cluster) or '-'}\n[{_URGENCY[cluster['urgency']]}]{cluster['urgency']}[/]",
            f"{cluster['nodes_to_roll']} of {cluster['nodes']}\n{span(cluster['minutes'])}",
            _stands(cluster),
        )
    return table


def _stands(cluster: dict[str, Any]) -> str:
    state = state_of(cluster)
    why = f": {', '.join(codes(cluster, 'blocks'))}" if state == "blocked" else ""
    return f"[{_STATE[state]}]{state}[/]{why}"


def _told(reason: Reason) -> str:
    names = [cluster["name"] for cluster in reason.clusters]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"[bold]{reason.code}[/] ({len(names)}): {escape(', '.join(names[:_NAMED]))}{more}. {escape(reason.remedy)}"
