"""The words in which every form of an assessment tells of it: headline, states, reasons, spans."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

URGENCIES = {
    "overdue": "already ended",
    "urgent": "within 30 days",
    "soon": "within 90 days",
    "later": "later",
    "unknown": "end not known",
    "none": "on no secret",
}
"""How soon secrets end, in words, the most urgent first."""

STATES = {
    "ready": ("can move today", "can move today"),
    "blocked": ("is blocked", "are blocked"),
    "waiting": ("waits for a node image", "wait for a node image"),
    "nothing to do": ("has nothing to do", "have nothing to do"),
}
"""How clusters stand, told of one and of many."""

WHENS = {"now": "Now", "then": "Once nothing blocks it", "later": "Later", "waits": "Waits"}
"""When the steps of a plan come, in order."""

SEVERITIES = ("blocks", "warns", "notes")
"""How much a finding weighs, the heaviest first."""

VERDICTS = (
    "What ARM shows makes it likely that nodes have left the secret, never more; "
    "only the nodes' own labels make it verified."
)

_REASONS_TOLD = 4
_IN_HOURS_FROM = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A kind of finding, and the clusters that have it."""

    code: str
    remedy: str
    """What most of these clusters are told to do."""
    remedies: int
    """How many different things they are told to do."""
    evidence: str
    """What was found on the first of them."""
    clusters: tuple[dict[str, Any], ...]
    alone: int
    """How many of them have no other kind of finding of this severity."""


def headline(document: dict[str, Any]) -> str:
    """Say in one sentence how many clusters live on a secret, and how many lose it soon."""
    summary = document["summary"]
    living, urgency = summary["on_a_secret"], summary["urgency"]
    if not summary["clusters"]:
        return "No cluster was found."
    if not living:
        return f"No cluster lives on a secret, of {summary['clusters']}."
    lives = "lives" if living == 1 else "live"
    return f"{living} of {counted(summary['clusters'])} still {lives} on a secret: {_losses(urgency)}."


def outlook(document: dict[str, Any]) -> tuple[str, ...]:
    """Say what can be done today and what stands in the way, in a few sentences."""
    clusters, blocking = document["clusters"], document["summary"]["blocking_findings"]
    urgent = [cluster for cluster in clusters if cluster["urgency"] in {"overdue", "urgent"}]
    unread = document["summary"]["urgency"]["unknown"]
    sentences = (
        _at_risk(urgent) if urgent else "",
        f"For {counted(unread)} the end of the secret can't be read." if unread else "",
        f"In the whole fleet, {_standing(clusters)}." if clusters else "",
        f"What blocks: {_counts(blocking)}." if blocking else "",
    )
    return tuple(filter(None, sentences))


def reasons(document: dict[str, Any], severity: str) -> tuple[Reason, ...]:
    """Gather the findings of one severity by their code, the most common first."""
    having: dict[str, list[dict[str, Any]]] = {}
    for cluster in document["clusters"]:
        for code in codes(cluster, severity):
            having.setdefault(code, []).append(cluster)
    ordered = sorted(having.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_reason(code, severity, clusters) for code, clusters in ordered)


def codes(cluster: dict[str, Any], severity: str) -> tuple[str, ...]:
    """Give the codes of a cluster's findings of one severity, each once."""
    return tuple(dict.fromkeys(found["code"] for found in cluster["findings"] if found["severity"] == severity))


def findings_in_order(cluster: dict[str, Any]) -> list[dict[str, str]]:
    """Give a cluster's findings, what blocks first."""
    return sorted(cluster["findings"], key=lambda found: SEVERITIES.index(found["severity"]))


def state_of(cluster: dict[str, Any]) -> str:
    """Tell how a cluster stands: blocked, ready (something can be done today), waiting, or nothing to do."""
    whens = {step["when"] for step in cluster["plan"]}
    if cluster["blocked"]:
        return "blocked"
    if "now" in whens:
        return "ready"
    return "waiting" if whens else "nothing to do"


def identities(cluster: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Give each part of a cluster, what it runs as, and the id of that."""
    yield "control plane", cluster["identity"]["runs_as"], cluster["identity"]["id"]
    yield "kubelet", cluster["kubelet"]["runs_as"], cluster["kubelet"]["id"]
    for addon in cluster["addons"]:
        yield addon["name"], addon["runs_as"], addon["id"]


def addons_in_short(cluster: dict[str, Any]) -> str:
    """Tell what the add-ons run as, such as `2 service principal, 1 none needed`."""
    counts = Counter(addon["runs_as"] for addon in cluster["addons"])
    return ", ".join(f"{count} {runs_as}" for runs_as, count in counts.items()) or "none"


def pools_in_short(cluster: dict[str, Any]) -> str:
    """Tell the verdicts on the pools, such as `2 likely, 1 not switched`."""
    counts = Counter(pool["verdict"] for pool in cluster["pools"])
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items())


def ends_on(cluster: dict[str, Any]) -> str:
    """Give the day on which the secret that a cluster lives on ends; "" where there is none, or it is not known."""
    ends = cluster["secret_ends"]
    return datetime.fromisoformat(ends).date().isoformat() if ends and cluster["urgency"] != "none" else ""


def ending(cluster: dict[str, Any]) -> str:
    """Tell when a cluster's secret ends, such as `2026-11-12 (within 30 days)`."""
    day, words = ends_on(cluster), URGENCIES[cluster["urgency"]]
    return f"{day} ({words})" if day else words


def span(minutes: dict[str, int]) -> str:
    """Tell an estimate in short, such as `63-75 min` or `2.5-4 h`; hours are rounded outwards, to halves."""
    least, most = minutes["least"], minutes["most"]
    if most < _IN_HOURS_FROM:
        return f"{least}-{most} min" if most else "-"
    return f"{math.floor(least / 30) / 2:g}-{math.ceil(most / 30) / 2:g} h"


def counted(clusters: int) -> str:
    """Count clusters."""
    return "1 cluster" if clusters == 1 else f"{clusters:,} clusters"


def _losses(urgency: dict[str, int]) -> str:
    ended, soon = urgency["overdue"], urgency["urgent"]
    parts = (
        f"{ended:,} {'has' if ended == 1 else 'have'} outlived it" if ended else "",
        f"{soon:,} {'loses' if soon == 1 else 'lose'} it within 30 days" if soon else "",
    )
    if told := " and ".join(filter(None, parts)):
        return told
    return (
        "as far as can be read, none loses it within 30 days" if urgency["unknown"] else "none loses it within 30 days"
    )


def _at_risk(urgent: list[dict[str, Any]]) -> str:
    """Tell how those stand that the headline has just counted."""
    states = list(dict.fromkeys(map(state_of, urgent)))
    if len(urgent) == 1:
        return f"That one {STATES[states[0]][0]}."
    if len(states) == 1:
        return f"All {len(urgent):,} of these {STATES[states[0]][1]}."
    return f"Of these {counted(len(urgent))}, {_standing(urgent)}."


def _standing(clusters: list[dict[str, Any]]) -> str:
    counts = Counter(map(state_of, clusters))
    told = [f"{counts[state]:,} {words[counts[state] > 1]}" for state, words in STATES.items() if counts[state]]
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))


def _counts(blocking: dict[str, int]) -> str:
    told = [f"{code} ({count:,})" for code, count in blocking.items()]
    return ", ".join(told[:_REASONS_TOLD]) + (f" and {more} more" if (more := len(told) - _REASONS_TOLD) > 0 else "")


def _reason(code: str, severity: str, clusters: list[dict[str, Any]]) -> Reason:
    found = [finding for cluster in clusters for finding in cluster["findings"] if finding["code"] == code]
    remedies = Counter(finding["remedy"] for finding in found)
    return Reason(
        code=code,
        remedy=remedies.most_common(1)[0][0],
        remedies=len(remedies),
        evidence=found[0]["evidence"],
        clusters=tuple(clusters),
        alone=sum(codes(cluster, severity) == (code,) for cluster in clusters),
    )
