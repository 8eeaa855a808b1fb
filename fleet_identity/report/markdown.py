"""The fleet as a page of Markdown, for Prefect's artifacts."""

from collections.abc import Sequence

from fleet_identity.outcome import Outcome
from fleet_identity.report.words import duration, kubelets


def fleet_page(outcomes: Sequence[Outcome]) -> str:
    """Write a table of all clusters, and below it each plan and each finding."""
    header = "| cluster | state | ran on | runs on | nodes | took | left |\n|---|---|---|---|---|---|---|"
    rows = "\n".join(_row(outcome) for outcome in outcomes)
    details = "\n\n".join(section for outcome in outcomes if (section := _details(outcome)))
    return f"{header}\n{rows}\n\n{details}\n"


def _row(outcome: Outcome) -> str:
    cells = (
        outcome.cluster_id.name,
        outcome.state.value,
        outcome.before,
        outcome.after,
        kubelets(outcome),
        duration(outcome.seconds),
        "<br>".join(outcome.left) or "nothing",
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _details(outcome: Outcome) -> str:
    lines = [f"- {line.when}: {line.what} {line.todo}".rstrip() for line in outcome.plan]
    return "\n".join((f"### {outcome.cluster_id.name}", "", *lines)) if lines else ""
