"""Shows an assessment to people, in 80 columns or more."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

from cli.tables import Row, print_table
from fleet_identity.report.assessment_words import Reason, codes, ends_on, headline, outlook, reasons, span, state_of
from fleet_identity.scope import Scope

_HEADS = ("cluster\nregion", "control plane\nkubelet", "secret ends\nurgency", "roll\nabout", "stands")
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


def show_assessment(console: Console, document: dict[str, Any], scope: Scope) -> None:
    """Print the fleet, most urgent first, then what blocks and what to do about it once for all."""
    if not document["clusters"]:
        console.print(_nothing(scope), markup=False, highlight=False, soft_wrap=True)
        return
    print_table(console, _HEADS, [_row(cluster) for cluster in document["clusters"]])
    console.print()
    for severity, colour in (("blocks", "magenta"), ("warns", "yellow")):
        for reason in reasons(document, severity):
            console.print(f"[{colour}]{severity}[/] {_told(reason)}", highlight=False)
    console.print(f"\n[bold]{headline(document)}[/] {' '.join(outlook(document))}", highlight=False)
    console.print("Nothing was changed. --output html makes a report to send, --output json shows all details.")
    for line in _next(document):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _nothing(scope: Scope) -> str:
    """Say that there is no cluster, and under which conditions."""
    asked = (
        ("in subscription", " or ", scope.subscriptions),
        ("in resource group", " or ", scope.resource_groups),
        ("with tag", " and ", scope.tags),
        ("named", " or ", scope.clusters),
    )
    conditions = [f"{words} {link.join(values)}" for words, link, values in asked if values]
    return f"No cluster was found {', '.join(conditions) or 'that this credential may read'}."


def _next(document: Document) -> list[str]:
    """Say how each plan is seen, the subscription of the most urgent cluster first."""
    left = [one for one in document["clusters"] if state_of(one) != "nothing to do"]
    subscriptions = [*dict.fromkeys(one["subscription"] for one in left)]
    if not left:
        return []
    more = f"    ... and {len(subscriptions) - _NAMED} more" if len(subscriptions) > _NAMED else ""
    shown = [f"    fleet-identity migrate --subscription {one}" for one in subscriptions[:_NAMED]]
    return ["Next, each plan step by step, which changes nothing either:", *shown, *filter(None, (more,))]


def _row(cluster: dict[str, Any]) -> Row:
    state = state_of(cluster)
    cells = (
        f"[bold]{escape(cluster['name'])}[/]\n[dim]{escape(cluster['location'])}[/]",
        f"{cluster['identity']['runs_as']}\n{cluster['kubelet']['runs_as']}",
        f"{ends_on(cluster) or '-'}\n[{_URGENCY[cluster['urgency']]}]{cluster['urgency']}[/]",
        f"{cluster['nodes_to_roll']} of {cluster['nodes']}\n{span(cluster['minutes'])}",
        f"[{_STATE[state]}]{state}[/]",
    )
    return cells, f"blocked by {', '.join(codes(cluster, 'blocks'))}" if state == "blocked" else ""


def _told(reason: Reason) -> str:
    names = [cluster["name"] for cluster in reason.clusters]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"[bold]{reason.code}[/] ({len(names)}): {escape(', '.join(names[:_NAMED]))}{more}. {escape(reason.remedy)}"
