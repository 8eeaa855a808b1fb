"""One cluster's migration as a page of Markdown, with the timeline of what was done."""

from collections.abc import Sequence
from datetime import datetime

from fleet_identity.outcome import Outcome
from fleet_identity.report.markdown import PORTAL, portal_link, row
from fleet_identity.report.words import clock_time, doing, duration, kubelets
from fleet_identity.resource_id import ResourceId
from fleet_identity.timeline import Span, elapsed

_TIMELINE = "| from | phase | what | took |\n|---|---|---|--:|"


def cluster_page(
    cluster_id: ResourceId, spans: Sequence[Span], outcome: Outcome | None, pace: float, portal: str = PORTAL
) -> str:
    """Write it; `outcome` is None while the run is under way, `pace` as in `elapsed`."""
    state = outcome.state.value if outcome else doing(spans)
    parts = (
        f"# {cluster_id.name}: {state}",
        f"{cluster_id.text} ({portal_link(cluster_id, portal)})",
        *(_ended(outcome) if outcome else ()),
        "## Timeline",
        "\n".join((_TIMELINE, *(_row(one, pace) for one in spans))) if spans else "Nothing was done.",
        *(_plan(outcome) if outcome else ()),
    )
    return "\n\n".join(parts) + "\n"


def _ended(outcome: Outcome) -> tuple[str, ...]:
    moved = f"Ran on: {outcome.before}. Runs on: {outcome.after}. Nodes: {kubelets(outcome)}."
    left = "\n".join(f"- {one}" for one in outcome.left)
    return (moved, f"Left to be done:\n\n{left}" if left else "Nothing is left to be done.")


def _plan(outcome: Outcome) -> tuple[str, ...]:
    lines = "\n".join(f"- {line.when}: {line.what} {line.todo}".rstrip() for line in outcome.plan)
    return ("## Plan and findings", lines) if lines else ()


def _row(span: Span, pace: float) -> str:
    return row((clock_time(span.began), span.phase, span.what, _took(span.began, span.ended, pace)))


def _took(began: datetime, ended: datetime | None, pace: float) -> str:
    return duration(elapsed(began, ended, pace)) if ended else "under way"
