"""The fleet as plain data, for JSON."""

from collections.abc import Sequence
from typing import Any

from fleet_identity.lifecycle import lifecycle
from fleet_identity.opening import Opening
from fleet_identity.outcome import Outcome, State
from fleet_identity.plan import Line


def fleet_document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Give `{"clusters": [...], "summary": {state: count}}`; durations in seconds, moments as ISO 8601 in UTC."""
    counts = {state.value: sum(outcome.state is state for outcome in outcomes) for state in State}
    return {"clusters": [_cluster(outcome) for outcome in outcomes], "summary": counts}


def _cluster(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.cluster_id.text,
        "state": outcome.state.value,
        "lifecycle": lifecycle(outcome).value,
        "before": outcome.before,
        "after": outcome.after,
        "pools": [
            {"name": item.pool, "verdict": item.verdict.value, "evidence": item.evidence} for item in outcome.verdicts
        ],
        "findings": [
            {
                "code": finding.code.value,
                "severity": finding.severity.value,
                "evidence": finding.evidence,
                "remedy": finding.remedy,
            }
            for finding in outcome.findings
        ],
        "left": list(outcome.left),
        "plan": [_line(line) for line in outcome.plan],
        "opening": _opening(outcome.opening),
        "seconds": round(outcome.seconds, 1),
    }


def _opening(opening: Opening | None) -> dict[str, str] | None:
    if opening is None:
        return None
    return {
        "windows": opening.windows,
        "opens": opening.opens.isoformat(),
        "closes": opening.closes.isoformat(),
    }


def _line(line: Line) -> dict[str, str]:
    return {"when": line.when, "what": line.what, **({"todo": line.todo} if line.todo else {})}
