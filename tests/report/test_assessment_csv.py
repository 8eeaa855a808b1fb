"""The CSV of an assessment: stable, readable by machines, harmless in a spreadsheet."""

import csv
import io
from typing import Any

import pytest

from fleet_identity.report.assessment_csv import COLUMNS, assessment_csv
from tests.report.fleet import document, mixed, ready


def rows(of: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(assessment_csv(of))))


def test_it_reads_back() -> None:
    """One row a cluster, in the document's order, each with all columns and nothing besides."""
    found = rows(mixed())
    assert [row["id"] for row in found] == [cluster["id"] for cluster in mixed()["clusters"]]
    assert {tuple(row) for row in found} == {COLUMNS}


def test_a_row() -> None:
    """A row tells where a cluster is, what it runs on, what is in its way, and what would be done."""
    blocked, ready_one, waiting, *_ = rows(mixed())
    assert blocked | {"id": "", "control_plane_id": ""} == {
        "id": "",
        "name": "blocked",
        "subscription": "00000000-0000-0000-0000-00000000000a",
        "resource_group": "rg-prod",
        "location": "westeurope",
        "kubernetes_version": "1.33.2",
        "control_plane": "service principal",
        "control_plane_id": "",
        "kubelet": "service principal",
        "kubelet_id": "app",
        "addons": "omsagent=service principal",
        "pools": "apps=not switched;system=not switched",
        "nodes": "6",
        "nodes_to_roll": "6",
        "minutes_least": blocked["minutes_least"],
        "minutes_most": blocked["minutes_most"],
        "urgency": "overdue",
        "secret_ends": "2026-01-04T06:00:00+00:00",
        "blocked": "true",
        "blocking": "ClusterStopped;ResourceLock",
        "warnings": blocked["warnings"],
        "steps_now": "",
        "waits": "",
    }
    assert ready_one["steps_now"] == "CreateIdentity;AssignRole;AwaitPropagation;SwitchIdentity"
    assert (waiting["steps_now"], bool(waiting["waits"])) == ("", True)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(name: str) -> None:
    """A cell that a spreadsheet would run begins with an apostrophe instead."""
    assert rows(document(ready(name)))[0]["name"] == f"'{name}"


@pytest.mark.parametrize("name", ['a,"b"', "two\nlines", "a=b", ""])
def test_other_text_is_kept(name: str) -> None:
    """Commas, quotes, line breaks and equals signs further on come back as they were."""
    assert rows({"clusters": [document(ready())["clusters"][0] | {"name": name}]})[0]["name"] == name


def test_no_cluster() -> None:
    """Of an empty fleet there is the header alone."""
    assert assessment_csv(document()) == ",".join(COLUMNS) + "\n"
