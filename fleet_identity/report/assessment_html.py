"""An assessment as one HTML file that can be sent around: nothing to load, nothing to install, readable on paper."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fleet_identity.report import assessment_words as words
from fleet_identity.report.html import template

_MONTHS = 24
"""How many months the calendar of secrets shows; what ends after them is counted with the last."""

_ENDED = -1


def assessment_html(document: dict[str, Any], *, assessed_at: datetime) -> str:
    """Write the report of an assessment, made at a moment (aware), as one self-contained HTML file."""
    clusters, summary = document["clusters"], document["summary"]
    return template("assessment.html.j2", _words()).render(
        assessed_at=assessed_at.astimezone(UTC),
        clusters=clusters,
        summary=summary,
        headline=words.headline(document),
        outlook=words.outlook(document),
        nodes=sum(cluster["nodes"] for cluster in clusters),
        with_waits=sum(_moves_and_waits(cluster) for cluster in clusters),
        urgencies=[(key, words, summary["urgency"][key]) for key, words in words.URGENCIES.items()],
        urgency_words=words.URGENCIES,
        urgency_rank={key: number for number, key in enumerate(words.URGENCIES)},
        states=list(_states(clusters).items()),
        verdicts=Counter(pool["verdict"] for cluster in clusters for pool in cluster["pools"]),
        calendar=_calendar(clusters),
        blocking=words.reasons(document, "blocks"),
        weighing=(*words.reasons(document, "warns"), *words.reasons(document, "notes")),
        anchors={cluster["id"]: f"c{number}" for number, cluster in enumerate(clusters, 1)},
        whens=words.WHENS,
    )


def _words() -> dict[str, Callable[..., Any]]:
    shared = (words.addons_in_short, words.codes, words.ends_on, words.findings_in_order, words.pools_in_short)
    return {word.__name__: word for word in (*shared, words.span, words.state_of)} | {"by_identity": _by_identity}


def _states(clusters: list[dict[str, Any]]) -> dict[str, int]:
    counts = Counter(map(words.state_of, clusters))
    return {state: counts[state] for state in words.STATES}


def _moves_and_waits(cluster: dict[str, Any]) -> bool:
    return words.state_of(cluster) == "ready" and any(step["when"] == "waits" for step in cluster["plan"])


def _calendar(clusters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count by urgency the clusters whose secret ends in each month; those that have ended come before the first."""
    ends = [(cluster["urgency"], day) for cluster in clusters if (day := words.ends_on(cluster))]
    to_come = [_month(day) for urgency, day in ends if urgency != "overdue"]
    first = min(to_come, default=0)
    counts: dict[int, Counter[str]] = {}
    for urgency, day in ends:
        slot = _ENDED if urgency == "overdue" else min(_month(day) - first, _MONTHS - 1)
        counts.setdefault(slot, Counter())[urgency] += 1
    slots = range(min(counts, default=0), max(counts, default=-1) + 1)
    return [_column(slot, first, counts.get(slot, Counter())) for slot in slots]


def _month(day: str) -> int:
    year, month, _ = day.split("-")
    return int(year) * 12 + int(month) - 1


def _column(slot: int, first: int, counts: Counter[str]) -> dict[str, Any]:
    year, month = divmod(first + slot, 12)
    ended = slot == _ENDED
    return {
        "month": "already ended" if ended else f"{datetime(year, month + 1, 1, tzinfo=UTC):%b}",
        "year": "" if ended else str(year),
        "names_year": slot == 0 or month == 0,
        "and_later": slot == _MONTHS - 1,
        "counts": counts,
        "clusters": counts.total(),
    }


def _by_identity(cluster: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Give the identities of a cluster, each once: the parts that use it, what it is, its id."""
    parts: dict[tuple[str, str], list[str]] = {}
    for part, runs_as, identity in words.identities(cluster):
        parts.setdefault((runs_as, identity), []).append(part)
    return [(", ".join(named), *identity) for identity, named in parts.items()]
