"""What people see of a run: the fleet's table, a cluster's page, and the picture of it all."""

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from fleet_identity.opening import Opening
from fleet_identity.outcome import Outcome, State, with_opening
from fleet_identity.report.cluster_page import cluster_page
from fleet_identity.report.document import fleet_document
from fleet_identity.report.markdown import Member, ended, fleet_page
from fleet_identity.report.picture import Bar, picture
from fleet_identity.timeline import Phase
from tests.report.fleet import cluster_id
from tests.report.run import DONE, NOON, planned, span

SVG = "{http://www.w3.org/2000/svg}"


UNDER_WAY = (*DONE[:2], span(Phase.UPDATE, "control plane", 65))
MIGRATED = Outcome(
    cluster_id=cluster_id("prod-weu-01"),
    state=State.MIGRATED,
    before="service principal",
    after="user-assigned",
    timeline=DONE,
    seconds=87 * 60,
)


def test_the_fleets_table() -> None:
    """Each cluster with its state, what it runs on, its run and its place in the portal, as far as there are any."""
    waits = Member(cluster_id=cluster_id("b"), before="service principal")
    works = Member(cluster_id=cluster_id("c"), before="service principal", spans=UNDER_WAY, run="http://ui/c")
    header, _, first, second, third = fleet_page([ended(MIGRATED, "http://ui/a"), waits, works]).splitlines()[:5]
    columns = header.count("|")
    assert all(one.count("|") == columns for one in (first, second, third))
    place = f"[portal](https://portal.azure.com/#resource{MIGRATED.cluster_id.text})"
    told = "Migrated<br>1 h 27 min | service principal →<br>user-assigned | unknown"
    assert first == f"| [prod-weu-01](http://ui/a)<br>{place} | {told} |"
    assert second.startswith("| b<br>[portal]")
    assert second.endswith("| not begun | service principal |  |")
    assert third.startswith("| [c](http://ui/c)<br>")
    assert "| update control plane,<br>since 13:05:00 UTC | service principal |" in third


def test_what_is_left_of_a_fleet() -> None:
    """It stands below the table, cluster by cluster: before the plans, and only if there is anything left."""
    blocked = replace(MIGRATED, state=State.NEEDS_HUMAN, after=MIGRATED.before, left=("lift the lock", "run again"))
    page = fleet_page([ended(MIGRATED), ended(blocked)])
    assert page.endswith("## What is left\n\n- **prod-weu-01**: lift the lock\n- **prod-weu-01**: run again\n")
    assert "| NeedsHuman<br>1 h 27 min | service principal | unknown |" in page
    assert "What is left" not in fleet_page([ended(MIGRATED)])


def test_the_stages_of_a_fleet() -> None:
    """A nested list before the plans, only where there is something to tell; a pattern is shown as it is written."""
    page = fleet_page([ended(planned())], stages=["stage canary", "  group first (name_pattern: a-*-b*)", "    a"])
    told = "## Stages\n\n- stage canary\n  - group first (name_pattern: a-\\*-b\\*)\n    - a\n\n### "
    assert told in page
    assert "## Stages" not in fleet_page([ended(planned())])


def test_when_a_plan_may_begin() -> None:
    """The page of a dry run says it as a line of the plan, the document as moments that a program can read."""
    opening = Opening(windows="the run window", opens=NOON, closes=NOON + timedelta(hours=8))
    outcomes = [with_opening(planned(), opening), planned("free")]
    told = "- opens: disruptive steps may begin from 2026-11-02 12:00 UTC until 2026-11-02 20:00 UTC: the run window\n"
    assert fleet_page([*map(ended, outcomes)]).count(told) == 1
    assert [one["opening"] for one in fleet_document(outcomes)["clusters"]] == [
        {"windows": "the run window", "opens": "2026-11-02T12:00:00+00:00", "closes": "2026-11-02T20:00:00+00:00"},
        None,
    ]


def test_a_page_under_way_stands_still() -> None:
    """A page changes when something happens and not because time passes: each change is a call of Prefect's API."""
    page = cluster_page(MIGRATED.cluster_id, UNDER_WAY, None, pace=1)
    assert "# prod-weu-01: update control plane, since 13:05:00 UTC" in page
    assert "| 13:05:00 UTC | update | control plane | under way |" in page
    assert "| 12:01:00 UTC | propagation | until the grants are in effect | 1 h 00 min |" in page


def test_a_page_at_the_end() -> None:
    """The page says how it ended, what is left, and what the plan and the findings were."""
    page = cluster_page(MIGRATED.cluster_id, DONE, MIGRATED, pace=1)
    assert "# prod-weu-01: Migrated" in page
    assert "Nothing is left to be done." in page
    left = replace(MIGRATED, left=("pool user waits for the next image",), state=State.WAITING)
    assert "- pool user waits for the next image" in cluster_page(left.cluster_id, DONE, left, pace=1)
    assert "Nothing was done." in cluster_page(left.cluster_id, (), None, pace=1)


def drawn(svg: str) -> tuple[list[ET.Element], list[str]]:
    """The bars of a picture, and its texts; what is not well-formed XML fails here."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    bars = [one for one in root.iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]
    return bars, [str(one.text) for one in root.iter(f"{SVG}text")]


def test_the_picture() -> None:
    """Bars lie where their time lies, as long as it lasted; what is under way reaches to now."""
    bars = [Bar(name="done", spans=DONE), Bar(name="works", spans=UNDER_WAY), Bar(name="not begun", spans=())]
    found, texts = drawn(picture(bars, NOON + timedelta(minutes=87), pace=1))
    titles = [str(one.findtext(f"{SVG}title")) for one in found]
    assert len(titles) == len(DONE) + len(UNDER_WAY)
    assert titles[1] == "propagation until the grants are in effect: 1 h 00 min"
    assert titles[-1] == "update control plane: 22 min"
    starts = [float(one.attrib["x"]) for one in found]
    widths = [float(one.attrib["width"]) for one in found]
    assert starts[:4] == sorted(starts[:4])
    assert widths[1] == pytest.approx(60 * widths[0], rel=0.05)
    assert starts[3] + widths[3] == pytest.approx(starts[-1] + widths[-1], abs=0.2)
    assert {"done", "works", "grants", "propagation", "waiting", "update", "roll"} <= set(texts)
    assert "not begun" not in texts


def test_all_marks_of_the_axis_are_seen() -> None:
    """The words of the last mark stay within the picture, wherever it lies."""
    for minutes in range(60, 7 * 60, 7):
        drawn_to = NOON + timedelta(minutes=minutes)
        root = ET.fromstring(picture([Bar(name="a", spans=(span(Phase.ROLL, "it", 0, minutes),))], drawn_to, pace=1))  # noqa: S314 - our own
        last = [one for one in root.iter(f"{SVG}text") if one.get("text-anchor") in {"middle", "end"}][-2]
        reaches = float(last.attrib["x"]) + (30 if last.attrib["text-anchor"] == "middle" else 0)
        assert reaches <= float(root.attrib["width"])


def test_the_picture_of_a_large_fleet() -> None:
    """A hundred clusters are drawn, and the rest is counted; an empty fleet is an empty picture."""
    found, texts = drawn(picture([Bar(name=f"c{n}", spans=DONE) for n in range(250)], NOON, pace=1))
    assert len(found) == 100 * len(DONE)
    assert "and 150 more clusters" in texts
    assert drawn(picture([], NOON, pace=1))[0] == []


def test_names_are_no_markup() -> None:
    """Whatever somebody has named a cluster is text in the picture."""
    _, texts = drawn(picture([Bar(name="<b>&", spans=DONE)], NOON, pace=60))
    assert "<b>&" in texts
