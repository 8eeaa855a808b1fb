"""The Markdown of an assessment, and the words that all forms of the report share."""

from typing import Any

import pytest

from fleet_identity.report.assessment_pages import cluster_page, fleet_summary, fleet_table
from fleet_identity.report.assessment_words import headline, outlook, span
from tests.report.fleet import HOSTILE, blocked, document, done, mixed, other, ready, unread, waiting


def page(of: Any) -> str:
    return cluster_page(document(of)["clusters"][0])


def cells(line: str) -> int:
    """How many cells a row of a table has; an escaped pipe ends none."""
    return line.replace(r"\|", "").count("|") - 1


def test_a_row_of_the_table() -> None:
    """A row tells in short cells what a cluster runs on, how urgent it is, and how it stands."""
    assert fleet_table(mixed())[0] | {"takes about": ""} == {
        "cluster": "blocked",
        "region": "westeurope",
        "control plane": "service principal",
        "kubelet": "service principal",
        "add-ons": "1 service principal",
        "secret ends": "2026-01-04 (already ended)",
        "state": "blocked",
        "blocked by": "ClusterStopped, ResourceLock",
        "nodes to roll": "6 of 6",
        "takes about": "",
    }


def test_states() -> None:
    """Each cluster stands in one way, and one whose nodes wait for an image is not done."""
    assert {row["cluster"]: row["state"] for row in fleet_table(mixed())} == {
        "blocked": "blocked",
        "ready": "ready",
        "waiting": "waiting",
        "unread": "blocked",
        "done": "nothing to do",
        "other": "nothing to do",
    }


@pytest.mark.parametrize(
    ("fleet", "told"),
    [
        ((), "No cluster was found."),
        ((done(),), "No cluster lives on a secret, of 1."),
        ((ready(),), "1 of 1 cluster still lives on a secret: 1 loses it within 30 days."),
        ((ready("a"), ready("b"), done()), "2 of 3 clusters still live on a secret: 2 lose it within 30 days."),
        ((blocked("a"), blocked("b")), "2 of 2 clusters still live on a secret: 2 have outlived it."),
        ((waiting(),), "1 of 1 cluster still lives on a secret: none loses it within 30 days."),
        (
            (unread(),),
            "1 of 1 cluster still lives on a secret: as far as can be read, none loses it within 30 days.",
        ),
    ],
)
def test_the_headline(fleet: tuple[Any, ...], told: str) -> None:
    """The headline counts who lives on a secret and who loses it soon, and does not vouch for what it can't read."""
    assert headline(document(*fleet)) == told


@pytest.mark.parametrize(
    ("fleet", "told"),
    [
        ((ready(),), "That one can move today."),
        ((ready("a"), ready("b")), "All 2 of these can move today."),
        ((ready(), blocked()), "Of these 2 clusters, 1 can move today and 1 is blocked."),
        ((unread(),), "For 1 cluster the end of the secret can't be read."),
        ((waiting(), other()), "In the whole fleet, 1 waits for a node image and 1 has nothing to do."),
    ],
)
def test_the_outlook(fleet: tuple[Any, ...], told: str) -> None:
    """First comes how those stand that lose their secret soon."""
    assert outlook(document(*fleet))[0] == told


def test_the_summary() -> None:
    """The summary begins with the headline, says that nothing was changed, and gives each reason its remedy once."""
    told = fleet_summary(mixed())
    assert told.startswith("# 4 of 6 clusters still live on a secret")
    assert "Nothing was changed." in told
    assert "| end not known | 1 |" in told
    assert told.count("| ResourceLock | 2 | ") == 1
    assert told.count("| ClusterStopped | 1 | ") == 1
    assert "## What blocks" not in fleet_summary(document(ready()))


@pytest.mark.parametrize("of", [blocked(), ready(), waiting(), unread(), done(), other()])
def test_a_cluster_page_tells_all(of: Any) -> None:
    """A page tells every identity, pool, finding and step of its cluster, in tables whose rows fit their header."""
    cluster, told = document(of)["clusters"][0], page(of)
    assert all(f"| {pool['name']} |" in told for pool in cluster["pools"])
    assert all(f"| {finding['severity']} | {finding['code']} |" in told for finding in cluster["findings"])
    assert all(step["what"] in told for step in cluster["plan"])
    tables = [block.splitlines() for block in told.split("\n\n") if block.startswith("|")]
    assert all(len({cells(line) for line in table}) == 1 for table in tables)


def test_what_blocks_comes_first() -> None:
    """Findings come by their weight, whatever order they were found in."""
    weights = [
        line.split(" | ")[0][2:] for line in page(blocked()).splitlines() if line.startswith(("| blocks", "| w"))
    ]
    assert weights[:3] == ["weight", "blocks", "blocks"]


def test_when_steps_come() -> None:
    """A blocked plan is told as what follows once nothing blocks it; one that waits says so."""
    assert "### Once nothing blocks it" in page(blocked())
    assert "### Now" in page(ready())
    assert "### Later" in page(ready())
    assert "### Waits" in page(waiting())
    assert "Nothing to do. That is no proof" in page(done())


def test_names_stay_text() -> None:
    """Pipes, tags and links in names can't leave their cell, and no backtick is left."""
    told = page(blocked(name="x|[a](b)", lock=HOSTILE))
    lock = next(line for line in told.splitlines() if "ResourceLock" in line)
    assert r"# x\|\[a](b): blocked" in told
    assert "<script" not in told
    assert "`" not in told
    assert r"1\|2" in lock
    assert cells(lock) == 4


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        ((0, 0), "-"),
        ((63, 75), "63-75 min"),
        ((93, 135), "1.5-2.5 h"),
        ((168, 225), "2.5-4 h"),
        ((100, 120), "1.5-2 h"),
    ],
)
def test_estimates_are_rounded_outwards(minutes: tuple[int, int], told: str) -> None:
    """An estimate in hours never promises more than the minutes did."""
    assert span({"least": minutes[0], "most": minutes[1]}) == told


def test_add_ons_are_counted() -> None:
    """Add-ons are counted by what they run as; a cluster without any says so."""
    assert [row["add-ons"] for row in fleet_table(document(ready(), blocked()))] == ["none", "1 service principal"]
