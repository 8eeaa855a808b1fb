"""An assessment as CSV, one row a cluster, for spreadsheets and scripts."""

import csv
import io
from typing import Any

from fleet_identity.report.assessment_words import codes

COLUMNS = (
    "id",
    "name",
    "subscription",
    "resource_group",
    "location",
    "kubernetes_version",
    "control_plane",
    "control_plane_id",
    "kubelet",
    "kubelet_id",
    "addons",
    "pools",
    "nodes",
    "nodes_to_roll",
    "minutes_least",
    "minutes_most",
    "urgency",
    "secret_ends",
    "blocked",
    "blocking",
    "warnings",
    "steps_now",
    "waits",
)
"""The names of the columns, and their order; new ones come at the end."""

_AS_THEY_ARE = ("id", "name", "subscription", "resource_group", "location", "kubernetes_version")
_COUNTED = ("nodes", "nodes_to_roll", "urgency")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def assessment_csv(document: dict[str, Any]) -> str:
    """Write a header and one row a cluster.

    Cells with many values join them by `;`: `addons` as name=identity, `pools` as name=verdict, codes of findings, the
    kinds of the steps that may be taken now in their order, and the days until which pools wait. `secret_ends` is
    ISO 8601 in UTC or empty, `blocked` is true or false.
    """
    file = io.StringIO(newline="")
    writer: csv.DictWriter[str] = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _safe(cell) for name, cell in _row(cluster).items()} for cluster in document["clusters"])
    return file.getvalue()


def _row(cluster: dict[str, Any]) -> dict[str, Any]:
    plan = cluster["plan"]
    return {
        **{name: cluster[name] for name in (*_AS_THEY_ARE, *_COUNTED)},
        "control_plane": cluster["identity"]["runs_as"],
        "control_plane_id": cluster["identity"]["id"],
        "kubelet": cluster["kubelet"]["runs_as"],
        "kubelet_id": cluster["kubelet"]["id"],
        "addons": ";".join(f"{addon['name']}={addon['runs_as']}" for addon in cluster["addons"]),
        "pools": ";".join(f"{pool['name']}={pool['verdict']}" for pool in cluster["pools"]),
        "minutes_least": cluster["minutes"]["least"],
        "minutes_most": cluster["minutes"]["most"],
        "secret_ends": cluster["secret_ends"] or "",
        "blocked": "true" if cluster["blocked"] else "false",
        "blocking": ";".join(codes(cluster, "blocks")),
        "warnings": ";".join(codes(cluster, "warns")),
        "steps_now": ";".join(step["step"] for step in plan if step["when"] == "now"),
        "waits": ";".join(sorted({step["until"] for step in plan if step["when"] == "waits"})),
    }


def _safe(cell: object) -> str:
    # a spreadsheet runs a cell that begins so as a formula, which may send the sheet away, and names in Azure are
    # chosen by others than those who open the file; the apostrophe makes it text: https://owasp.org/www-community/attacks/CSV_Injection
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
