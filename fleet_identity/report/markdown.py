"""The fleet as a page of Markdown, for Prefect's artifacts: while it is under way, and when it has ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fleet_identity.outcome import Outcome
from fleet_identity.report.words import doing, duration, kubelets
from fleet_identity.resource_id import ResourceId
from fleet_identity.timeline import Span

PORTAL = "https://portal.azure.com"
_HEADER = "| cluster | state | control plane | node pools |\n|---|---|---|---|"
_LINE = "<br>"
"""Four columns of short lines: a page of Prefect's UI is narrow, and breaks names that find no room."""


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


def fleet_page(members: Sequence[Member], portal: str = PORTAL, *, stages: Sequence[str] = ()) -> str:
    """Write a table of all clusters, and below it what is left to be done, and each plan, of those that have ended.

    `stages` is the rollout in outline, for a page that is read before it begins.
    """
    rows = "\n".join(_row(member, portal) for member in members)
    over = [member.outcome for member in members if member.outcome]
    left = [f"- **{outcome.cluster_id.name}**: {what}" for outcome in over for what in outcome.left]
    what_is_left = ["\n".join(("## What is left", "", *left))] if left else []
    order = [f"## Stages\n\n{outlined(stages)}"] if stages else []
    return "\n\n".join((f"{_HEADER}\n{rows}", *what_is_left, *order, *filter(None, map(_details, over)))) + "\n"


def outlined(stages: Sequence[str]) -> str:
    """Write a rollout in outline as a nested list."""
    return "\n".join(map(_item, stages))


def portal_link(cluster_id: ResourceId, portal: str = PORTAL) -> str:
    """Link to the cluster in Azure's portal."""
    return f"[portal]({portal}/#resource{cluster_id.text})"


def row(cells: Iterable[str]) -> str:
    """Write one row of a table."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _row(member: Member, portal: str) -> str:
    name = member.cluster_id.name
    place = f"{f'[{name}]({member.run})' if member.run else name}{_LINE}{portal_link(member.cluster_id, portal)}"
    cells = _ended(member.outcome) if member.outcome else (_lines(doing(member.spans)), member.before, "")
    return row((place, *cells))


def _ended(outcome: Outcome) -> tuple[str, ...]:
    took = f"{_LINE}{duration(outcome.seconds)}" if outcome.seconds else ""
    ran_on, runs_on = outcome.before, outcome.after
    moved = ran_on if runs_on == ran_on else f"{ran_on} →{_LINE}{runs_on}"
    return f"{outcome.state}{took}", moved, _lines(kubelets(outcome))


def _lines(told: str) -> str:
    return told.replace(", ", f",{_LINE}")


def _item(line: str) -> str:
    """Make an item of a nested list; a pattern's asterisks are no emphasis."""
    told = line.lstrip()
    return f"{line[: -len(told)]}- {told}".replace("*", r"\*")


def _details(outcome: Outcome) -> str:
    lines = [f"- {line.when}: {line.what} {line.todo}".rstrip() for line in outcome.plan]
    return "\n".join((f"### {outcome.cluster_id.name}", "", *lines)) if lines else ""
