"""The fleet as a page of Markdown, for Prefect's artifacts: while it is under way, and when it has ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fleet_identity.outcome import Outcome
from fleet_identity.report.words import doing, duration, kubelets
from fleet_identity.resource_id import ResourceId
from fleet_identity.timeline import Span

PORTAL = "https://portal.azure.com"
_HEADER = "| cluster | state | ran on | runs on | nodes | took | left | in Azure |\n|---|---|---|---|---|---|---|---|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A cluster of the page."""

    cluster_id: ResourceId
    before: str
    """What its control plane ran on when the run began, in words."""
    outcome: Outcome | None = None
    """None while it is under way, or has not begun."""
    spans: tuple[Span, ...] = ()
    run: str = ""
    """The address of its run in Prefect's UI; "" where it has none."""


def ended(outcome: Outcome, run: str = "") -> Member:
    """Give a cluster whose turn is over."""
    return Member(
        cluster_id=outcome.cluster_id, before=outcome.before, outcome=outcome, spans=outcome.timeline, run=run
    )


def fleet_page(members: Sequence[Member], portal: str = PORTAL) -> str:
    """Write a table of all clusters, and below it each plan and each finding of those that have ended."""
    rows = "\n".join(_row(member, portal) for member in members)
    over = (member.outcome for member in members if member.outcome)
    details = "\n\n".join(section for outcome in over if (section := _details(outcome)))
    return f"{_HEADER}\n{rows}\n\n{details}\n"


def portal_link(cluster_id: ResourceId, portal: str = PORTAL) -> str:
    """Link to the cluster in Azure's portal."""
    return f"[portal]({portal}/#resource{cluster_id.text})"


def row(cells: Iterable[str]) -> str:
    """Write one row of a table."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _row(member: Member, portal: str) -> str:
    name = member.cluster_id.name
    cells = _ended(member.outcome) if member.outcome else (doing(member.spans), member.before, "", "", "", "")
    return row((f"[{name}]({member.run})" if member.run else name, *cells, portal_link(member.cluster_id, portal)))


def _ended(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.state.value,
        outcome.before,
        outcome.after,
        kubelets(outcome),
        duration(outcome.seconds),
        "<br>".join(outcome.left) or "nothing",
    )


def _details(outcome: Outcome) -> str:
    lines = [f"- {line.when}: {line.what} {line.todo}".rstrip() for line in outcome.plan]
    return "\n".join((f"### {outcome.cluster_id.name}", "", *lines)) if lines else ""
