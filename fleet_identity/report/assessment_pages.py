"""An assessment as Markdown, for Prefect's artifacts: a table of the fleet, a summary, a page for each cluster."""

from collections.abc import Iterable, Iterator
from typing import Any

from fleet_identity.report.assessment_words import (
    URGENCIES,
    VERDICTS,
    WHENS,
    Reason,
    addons_in_short,
    codes,
    ending,
    findings_in_order,
    headline,
    identities,
    outlook,
    reasons,
    span,
    state_of,
)


def fleet_table(document: dict[str, Any]) -> list[dict[str, str]]:
    """Give one row a cluster, with short cells of plain text, for a table artifact."""
    return [_row(cluster) for cluster in document["clusters"]]


def fleet_summary(document: dict[str, Any]) -> str:
    """Tell the fleet on one page: the numbers that matter, how soon secrets end, what blocks and what to do once."""
    urgency = document["summary"]["urgency"]
    return _page(
        f"# {headline(document)}",
        " ".join((*outlook(document), "Nothing was changed.")),
        "## When the secrets end",
        _table(("secret ends", "clusters"), ((words, str(urgency[key])) for key, words in URGENCIES.items())),
        *_reasons("What blocks, and what to do once", reasons(document, "blocks")),
        *_reasons("What to weigh", reasons(document, "warns")),
    )


def cluster_page(cluster: dict[str, Any]) -> str:
    """Tell one cluster on a page: what it runs on, its pools, what was found, and the plan."""
    facts = (cluster["location"], f"Kubernetes {cluster['kubernetes_version']}", cluster["state"])
    return _page(
        f"# {_plain(cluster['name'])}: {state_of(cluster)}",
        _plain(", ".join((*facts, f"secret ends: {ending(cluster)}"))),
        _plain(cluster["id"]),
        "## Identities",
        _table(("part", "runs as", "id"), identities(cluster)),
        "## Node pools",
        _table(("pool", "nodes", "image", "verdict", "evidence"), map(_pool, cluster["pools"])),
        VERDICTS,
        "## Findings",
        _findings(findings_in_order(cluster)),
        "## Plan",
        *_plan(cluster["plan"]),
    )


def _row(cluster: dict[str, Any]) -> dict[str, str]:
    return {
        "cluster": cluster["name"],
        "region": cluster["location"],
        "control plane": cluster["identity"]["runs_as"],
        "kubelet": cluster["kubelet"]["runs_as"],
        "add-ons": addons_in_short(cluster),
        "secret ends": ending(cluster),
        "state": state_of(cluster),
        "blocked by": ", ".join(codes(cluster, "blocks")),
        "nodes to roll": f"{cluster['nodes_to_roll']} of {cluster['nodes']}",
        "takes about": span(cluster["minutes"]),
    }


def _pool(pool: dict[str, Any]) -> tuple[str, ...]:
    return pool["name"], str(pool.get("nodes", "")), pool.get("image", ""), pool["verdict"], pool["evidence"]


def _findings(findings: list[dict[str, str]]) -> str:
    rows = ((found["severity"], found["code"], found["evidence"], found["remedy"]) for found in findings)
    return _table(("weight", "code", "evidence", "what to do"), rows) if findings else "None."


def _plan(plan: list[dict[str, str]]) -> Iterator[str]:
    for when, words in WHENS.items():
        if steps := [step["what"] for step in plan if step["when"] == when]:
            yield f"### {words}"
            yield "\n".join(f"{number}. {_plain(step)}" for number, step in enumerate(steps, 1))
    if not plan:
        yield "Nothing to do. That is no proof: see the verdicts on the pools."


def _reasons(title: str, found: tuple[Reason, ...]) -> Iterator[str]:
    if found:
        yield f"## {title}"
        rows = ((one.code, str(len(one.clusters)), one.remedy) for one in found)
        yield _table(("code", "clusters", "what to do"), rows)


def _page(*sections: str) -> str:
    return "\n\n".join(sections) + "\n"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (header, ("---",) * len(header), *(tuple(map(_plain, row)) for row in rows))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _plain(text: str) -> str:
    r"""Keep names and tags, which anybody may choose, from being read as Markdown or HTML.

    Backticks go: Prefect's interface shows them as they are.
    """
    escaped = text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace("`", "")
    for mark in "|*[":
        escaped = escaped.replace(mark, f"\\{mark}")
    return " ".join(escaped.split())
