"""The pages keep up with the code."""

import re
from pathlib import Path

import pytest

from fleet_identity.errors import (
    ClusterChangedError,
    FleetIdentityError,
    NeedsHumanError,
    RightsNotEffectiveError,
    TerminalError,
    TransientError,
)
from fleet_identity.findings import Code
from fleet_identity.gateway.arm.error_table import CONDITION_REFUSES, ERROR_TABLE, OPERATION_FAILED, Row
from fleet_identity.outcome import State

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
WHO: dict[type[FleetIdentityError], str] = {
    TransientError: "the clock",
    ClusterChangedError: "the next round",
    RightsNotEffectiveError: "the clock, for an hour",
    NeedsHumanError: "a person",
    TerminalError: "a developer",
}


@pytest.mark.parametrize("name", [*Code, *State])
def test_the_runbook_knows_every_finding_and_state(name: str) -> None:
    """Each finding and each state has a place in the runbook that says what to do."""
    assert f"\n### {name}\n" in (ROOT / "docs" / "runbook.md").read_text()


@pytest.mark.parametrize("code", sorted(ERROR_TABLE))
def test_the_page_of_errors_is_the_table(code: str) -> None:
    """Each row of the error table is on the page as it is in the code."""
    found = ERROR_TABLE[code]
    assert f"| `{code}` | {WHO[found.kind]} | {found.advice} |" in (ROOT / "docs" / "errors.md").read_text()


@pytest.mark.parametrize("found", [CONDITION_REFUSES, OPERATION_FAILED])
def test_the_page_of_errors_tells_what_no_code_does(found: Row) -> None:
    """The other meaning of AuthorizationFailed, and operations that failed, have their advice there as well."""
    assert f"\n> {found.advice}\n" in (ROOT / "docs" / "errors.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """No page links to a file that is not there."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


ARTICLE = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "article.md").read_text().splitlines()
    if line.startswith("| ") and "`" in line
]


@pytest.mark.parametrize("row", ARTICLE, ids=lambda row: row[0][:60])
def test_the_article_is_carried(row: list[str]) -> None:
    """Each section, note and limitation of the article names code that is there, and a test that is there."""
    _, code, test = (cell.strip("`") for cell in row)
    module, _, name = test.partition("::")
    assert (ROOT / code).exists()
    assert re.search(rf"def {name}\(", (ROOT / module).read_text())


def test_the_whole_article_is_there() -> None:
    """No row is lost by the way in which the table is read."""
    assert len(ARTICLE) == 36
