"""The page of a run: complete, self-contained, harmless, and drawn as it went."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fleet_identity.opening import Opening
from fleet_identity.outcome import Outcome, State, with_opening
from fleet_identity.report.rollout import decision_note
from fleet_identity.report.run_html import run_html
from fleet_identity.timeline import Phase
from tests.report.fleet import HOSTILE, cluster_id
from tests.report.page import Page, check_policy
from tests.report.run import DONE, NOON, WAITS, mixed, moved, needs_human, planned, run, span

ROOT = Path(__file__).parent.parent.parent
LOADING = ("src", "srcset", "action", "data", "poster", "background", "formaction")
PORTAL = "https://portal.azure.com/#resource"
SVG = "http://www.w3.org/2000/svg"
MEGABYTE = 1_000_000


@pytest.fixture
def page() -> Page:
    return Page(run_html(run(*mixed())))


def links(page: Page) -> list[str]:
    return page.values("href")


def test_it_stands_alone(page: Page) -> None:
    """Nothing is loaded from anywhere; links lead to places in the page, or, where a person follows them, to Azure."""
    places = page.values("id")
    assert [page.values(attribute) for attribute in LOADING] == [[]] * len(LOADING)
    assert {link for link in links(page) if not link.startswith("#")} == {
        f"{PORTAL}{outcome.cluster_id.text}" for outcome in mixed()
    }
    assert {link.removeprefix("#") for link in links(page) if link.startswith("#")} <= set(places)
    assert len(places) == len(set(places))
    assert not page.all("link")
    bare = run_html(run(*mixed())).replace(PORTAL, "").replace(SVG, "")
    assert all(word not in bare for word in ("://", "url(", "@import"))
    assert all(link["rel"] == "noopener noreferrer" for link in page.all("a") if "target" in link)


def test_its_elements_are_closed(page: Page) -> None:
    """Every element is closed where it should be, those of the picture too."""
    assert page.unclosed == []


def test_it_is_readable_without_its_script(page: Page) -> None:
    """Only the controls that the script serves are hidden until it runs."""
    assert {attributes.get("class") for _, attributes in page.elements if "hidden" in attributes} == {"tools scripted"}


def test_only_its_own_script_may_run(page: Page) -> None:
    """The policy of the page names the digest of its one script, and forbids all else."""
    check_policy(page)


def test_names_are_not_run() -> None:
    """What others have named, and what Azure answered, is shown as it is, in the picture too."""
    image = "<img src=x onerror=alert(1)>"
    spans = (span(Phase.ROLL, image, 0, 5),)
    outcomes = (moved(image, timeline=spans, left=(image,)), needs_human(lock=HOSTILE))
    page = Page(run_html(run(*outcomes)))
    assert not page.all("img")
    assert len(page.all("script")) == 1
    assert page.text.count(image) > 4
    assert HOSTILE.replace("`", "") in page.text


def test_what_was_decided_at_gates_is_told() -> None:
    """Stages and groups as a table, and who decided what, and why: as it was typed, and nothing of it is run."""
    image = "<img src=x onerror=alert(1)>"
    note = decision_note("After stage canary", "approve", "Kim, *on call*", f"{image} | fine [really](http://x)\n# so")
    table = "| stage | group |\n|---|---|\n| canary | |"
    page = Page(run_html(run(moved(), rollout=f"{table}\n\n{note}\n")))
    told = "After stage canary: approve, by Kim, *on call* (as claimed)."
    assert f"{told} {image} | fine [really](http://x) # so." in page.text
    assert not page.all("img")
    assert "http://x" not in {one.get("href") for one in page.all("a")}
    assert "Stages and gates" in page.text
    assert "Stages and gates" not in Page(run_html(run(moved()))).text


def test_the_numbers_that_matter(page: Page) -> None:
    """The head counts how the clusters ended, says how far the run came, and when it was."""
    assert (
        "Of 6 clusters, 1 was moved, 1 waits for a node image, 1 was not begun, 1 was left out, 1 needs a person "
        "and 1 failed."
    ) in page.text
    assert "The run is stopped after 1 h 30 min. Node pools: 2 likely, 2 not switched." in page.text
    assert "Run of 2 Nov 2026, 12:00 to 2 Nov 2026, 13:30 UTC" in page.text
    for told in ("Moved 1 of 6", "Need a person 1 of 6", "Failed 1 of 6", "Not begun, or left out 2 of 6"):
        assert told in page.text


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ((), "There was no cluster."),
        ((moved(),), "The one cluster was moved."),
        ((moved("a"), moved("b")), "All 2 clusters were moved."),
        ((moved("a"), moved("b"), planned()), "Of 3 clusters, 2 were moved and 1 would be changed."),
    ],
)
def test_the_headline_is_a_sentence(outcomes: tuple[Outcome, ...], told: str) -> None:
    """However many clusters there are, and however few states."""
    assert f" {told} " in Page(run_html(run(*outcomes))).text


def test_what_a_person_must_do(page: Page) -> None:
    """Each thing is told once, for all of its clusters, with its place in the runbook; what blocks comes first."""
    headings = re.findall(r"^### (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    places = re.findall(r"docs/runbook\.md#(\w+)", page.text)
    assert places == ["clusterstopped", "resourcelock", "failed", "notstarted", "waitingfornodeimage"]
    assert set(places) <= {heading.lower() for heading in headings}
    assert "Start it (az aks start) and run again. stopped: The cluster is stopped" in page.text
    assert "broken: Azure refused it: InternalError (correlation id 1b2c)." in page.text
    assert "Nothing." in Page(run_html(run(moved()))).text


def test_what_several_clusters_need_is_told_once() -> None:
    """Two clusters with one kind of obstacle are one thing to do, and both are named."""
    text = Page(run_html(run(needs_human("one"), needs_human("other")))).text
    assert "2 clusters ClusterStopped" in text
    assert text.count("docs/runbook.md#clusterstopped") == 1


def test_every_cluster_has_a_row(page: Page) -> None:
    """State, what it ran on and runs on, the verdict on its pools, what it waits for: all that a person asks first."""
    rows = [row["data-s"] for row in page.all("tr") if "data-s" in row]
    assert rows == ["Migrated", "WaitingForNodeImage", "NeedsHuman", "Failed", "NotStarted", "Skipped"]
    assert "moved rg-prod Migrated service principal user-assigned identity id-moved 1 likely system 1 h 27 min" in (
        page.text
    )
    assert f"1 likely system 1 h 27 min {WAITS} portal" in page.text


def test_every_cluster_has_its_steps(page: Page) -> None:
    """What was done on each, when, and how long it took; and what is left of its plan."""
    sections = [section["id"] for section in page.all("details") if section.get("class") == "card cluster"]
    assert sections == [f"c{number}" for number in range(1, 7)]
    assert "2 Nov, 12:01:00 propagation until the grants are in effect 1 h 00 min" in page.text
    assert "2 Nov, 13:17:00 roll pool system 10 min" in page.text
    blocked = needs_human()
    assert all(line.what in page.text for line in blocked.plan if line.when == "then")
    assert all(finding.evidence in page.text for finding in blocked.findings)
    assert "Steps left None. That is no proof: see the verdicts on the pools." in page.text
    assert "Steps left None is known." in page.text


def drawn(html: str) -> list[tuple[str, str]]:
    """The phase of each bar of the picture, and what it tells."""
    return re.findall(r'<rect class="(\w+)"[^>]*><title>([^<]*)</title>', html)


def test_the_picture_is_in_the_page() -> None:
    """A bar for each stretch of each cluster; its name leads to the cluster's section."""
    html = run_html(run(*mixed()))
    bars = [
        ("grants", "grants identities and roles: 1 min"),
        ("propagation", "propagation until the grants are in effect: 1 h 00 min"),
        ("update", "update control plane: 12 min"),
        ("roll", "roll pool system: 10 min"),
    ]
    assert drawn(html) == [*bars, *bars]
    assert re.search(r'<a href="#c2"><text [^>]*>waiting</text></a>', html)
    assert "<polygon" not in html


def test_a_large_run() -> None:
    """Three hundred clusters are all drawn, below how many were at what; the file stays small enough to send."""
    html = run_html(run(*(moved(f"cluster-{number:03}") for number in range(300))))
    assert len(drawn(html)) == 300 * len(DONE)
    assert "How many clusters were at what, and when: at most 300 at once" in html
    assert len(html.encode()) < 2 * MEGABYTE


def test_a_dry_run() -> None:
    """Nothing was changed, nothing is drawn; each plan is told, and when windows let it begin."""
    opening = Opening(windows="the run window", opens=NOON + timedelta(hours=10), closes=NOON + timedelta(hours=18))
    held = with_opening(planned(), opening)
    page = Page(run_html(run(held, planned("free"), needs_human(), applied=False)))
    assert "Nothing was changed." in page.text
    assert "Plans of 2 Nov 2026, 13:30 UTC" in page.text
    assert "Of 3 clusters, 2 would be changed and 1 needs a person." in page.text
    assert not page.all("svg")
    assert "planned rg-prod Planned service principal 2 not switched apps, system 2 Nov 2026, 22:00" in page.text
    assert "free rg-prod Planned service principal 2 not switched apps, system any time" in page.text
    assert all(line.what in page.text for line in held.plan if line.when in {"opens", "now", "later", "waits"})
    steps = [line for line in (*held.plan, *planned().plan) if line.when in {"now", "later"}]
    disruptive = sum("disruptive" in line.what for line in steps)
    assert f"In all, the plans have {len(steps)} steps, {disruptive} of them disruptive" in page.text


def test_nothing_to_do_is_said() -> None:
    """A dry run of a fleet that has moved proposes nothing."""
    there = replace(moved(), state=State.ALREADY_MIGRATED, timeline=())
    assert "There is nothing that a run would do now." in Page(run_html(run(there, applied=False))).text


def test_what_was_not_told_is_not_passed_over() -> None:
    """A cluster that was moved, and of which no steps are known, is named instead of being left out of the picture."""
    silent = moved("silent", timeline=())
    text = Page(run_html(run(moved(), silent, by_workers=True))).text
    assert "These clusters were changed by the workers of a pool." in text
    assert "Of 1 cluster no steps have been told, though there were some: silent." in text
    assert "None has been told." in text
    many = [replace(silent, cluster_id=cluster_id(f"silent-{number}")) for number in range(25)]
    text = Page(run_html(run(*many))).text
    assert "Of 25 clusters no steps have been told" in text
    assert "and 5 more." in text
    assert "there is nothing to draw" in text
    assert "workers of a pool" not in text


def test_what_was_told_is_not_doubted(page: Page) -> None:
    """Clusters that nothing was done on are none of which steps are missing."""
    assert "no steps have been told" not in page.text
    assert "None has been told." not in page.text


def test_its_tables_can_be_heard(page: Page) -> None:
    """Every heading of a table says what it heads, and every control has a label."""
    assert all(heading.get("scope") in {"row", "col"} for heading in page.all("th"))
    assert len(page.all("label")) == len(page.all("input")) + len(page.all("select"))
