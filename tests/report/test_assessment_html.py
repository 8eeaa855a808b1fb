"""The HTML report: complete, self-contained, harmless."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from fleet_identity.report.assessment_html import assessment_html
from tests.builders import NOW
from tests.report.fleet import HOSTILE, blocked, document, mixed, ready, unread
from tests.report.page import Page, check_policy

MEGABYTE = 1_000_000
LOADING = ("src", "srcset", "action", "data", "poster", "background", "formaction")
MAY_BE_HIDDEN = {"tools scripted"}


def html(of: dict[str, Any]) -> str:
    return assessment_html(of, assessed_at=NOW)


@pytest.fixture
def page() -> Page:
    return Page(html(mixed()))


def test_it_stands_alone(page: Page) -> None:
    """Nothing is loaded from anywhere, and every link leads to a place in the page."""
    places = page.values("id")
    assert [page.values(attribute) for attribute in LOADING] == [[]] * len(LOADING)
    assert {link.removeprefix("#") for link in page.values("href")} <= set(places)
    assert len(places) == len(set(places))
    assert not page.all("link")
    assert all(word not in html(mixed()) for word in ("://", "url(", "@import"))


def test_its_elements_are_closed(page: Page) -> None:
    """Every element is closed where it should be."""
    assert page.unclosed == []


def test_it_is_readable_without_its_script(page: Page) -> None:
    """Only the controls that the script serves are hidden until it runs."""
    hidden = [attributes.get("class") for _, attributes in page.elements if "hidden" in attributes]
    assert set(hidden) == MAY_BE_HIDDEN


def test_only_its_own_script_may_run(page: Page) -> None:
    """The policy of the page names the digest of its one script, and forbids all else."""
    check_policy(page)


def test_names_are_not_run() -> None:
    """A name that holds HTML is shown as it is, wherever it comes up."""
    image = "<img src=x onerror=alert(1)>"
    page = Page(html(document(blocked(name=image, lock=HOSTILE))))
    assert not page.all("img")
    assert len(page.all("script")) == 1
    assert page.text.count(image) > 3
    assert page.text.count(HOSTILE.replace("`", "")) > 1


def test_commands_are_shown_as_code() -> None:
    """What a remedy puts between backticks is shown as code, without them."""
    page = Page(html(document(blocked())))
    assert "az aks start" in page.text
    assert "`" not in page.text


def test_every_cluster_has_a_row_and_a_section(page: Page) -> None:
    """The table leads to a section for each cluster, and both tell its name."""
    names = [cluster["name"] for cluster in mixed()["clusters"]]
    rows = [row for row in page.all("tr") if "data-u" in row]
    sections = [section["id"] for section in page.all("details") if section.get("class") == "card cluster"]
    assert [(row["data-u"], row["data-s"]) for row in rows] == [
        ("overdue", "blocked"),
        ("urgent", "ready"),
        ("soon", "waiting"),
        ("unknown", "blocked"),
        ("none", "nothing to do"),
        ("none", "nothing to do"),
    ]
    assert sections == [f"c{number}" for number in range(1, len(names) + 1)]
    assert all(page.text.count(f" {name}") >= 2 for name in names)


def test_it_tells_all_that_is_known(page: Page) -> None:
    """Every identity, pool, finding and step of the document is in the page."""
    for cluster in mixed()["clusters"]:
        told = [
            cluster["id"],
            cluster["identity"]["id"],
            *(addon["name"] for addon in cluster["addons"]),
            *(pool["evidence"] for pool in cluster["pools"]),
            *(finding[key].replace("`", "") for finding in cluster["findings"] for key in ("evidence", "remedy")),
            *(step["what"] for step in cluster["plan"]),
        ]
        assert [text for text in told if text not in page.text] == []


def test_the_numbers_that_matter(page: Page) -> None:
    """The head of the page counts who lives on a secret, who loses it soon, who can move, and who is blocked."""
    assert "4 of 6 clusters still live on a secret: 1 has outlived it and 1 loses it within 30 days." in page.text
    assert "Lose it within 30 days 2 1 of them has lost it already" in page.text
    assert "In the whole fleet, 1 can move today, 2 are blocked, 1 waits for a node image" in page.text


def test_every_reason_is_told_once(page: Page) -> None:
    """Each blocking code has its count, what to do, and how many clusters it alone keeps."""
    assert "2 clusters ResourceLock alone in the way of 1 of them" in page.text
    assert "1 cluster ClusterStopped never alone in the way" in page.text


def test_it_says_how_sure_it_is(page: Page) -> None:
    """It says that nothing was changed, and how many pools carry which verdict."""
    assert "Nothing was changed." in page.text
    assert "verified 0 pools" in page.text
    assert "likely 2 pools" in page.text
    assert "not switched 8 pools" in page.text


def test_its_tables_can_be_heard(page: Page) -> None:
    """Every heading of a table says what it heads, and every control has a label."""
    assert all(heading.get("scope") in {"row", "col"} for heading in page.all("th"))
    assert len(page.all("label")) == len(page.all("input")) + len(page.all("select"))


def test_the_moment_is_told_in_utc() -> None:
    """The moment of the assessment is shown in UTC, whatever zone it is given in."""
    moment = datetime(2026, 1, 6, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert "Assessment of 5 Jan 2026, 23:30 UTC" in Page(assessment_html(document(ready()), assessed_at=moment)).text


@pytest.mark.parametrize("of", [document(), document(unread())], ids=["no cluster", "no end known"])
def test_little_is_enough(of: dict[str, Any]) -> None:
    """An empty fleet, and one of which no end is known, make pages too."""
    page = Page(html(of))
    assert "No end is known." in page.text
    assert page.unclosed == []


def test_ends_far_away_are_counted_with_the_last_month() -> None:
    """The calendar shows two years; a secret that ends later is counted at its end, and none is lost."""
    of = document(ready("first"), ready("last"))
    of["clusters"][1]["secret_ends"] = (NOW + timedelta(days=5000)).isoformat()
    text = Page(html(of)).text
    assert "Jan 2026: 1" in text
    assert "Dec 2027 and later: 1" in text


def test_a_large_fleet_is_one_small_file() -> None:
    """A thousand clusters, half of them blocked, make a file under 6 MB."""
    fleet = [blocked(f"cluster-{n:04}") if n % 2 else ready(f"cluster-{n:04}") for n in range(1000)]
    assert len(html(document(*fleet)).encode()) < 6 * MEGABYTE
