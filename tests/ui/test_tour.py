"""What a newcomer does in Prefect's UI: looks at the plans, migrates the fleet, answers the gate, reads the report."""

from typing import TYPE_CHECKING

import pytest

from deployments.described import described
from tests.ui.conftest import Keep

if TYPE_CHECKING:  # Playwright may be missing
    from tests.ui.tour import Tour

pytestmark = pytest.mark.alone
FLEET = "migrate-fleet"
DRY, REAL = "look first", "move the fleet"
BLOCKED = {"old-weu-01", "pay-weu-01", "shop-neu-01"}
"""As cli/demo.yaml says of each cluster; so the run ends red: these three want a person."""


def test_the_tour(tour: "Tour", keep: Keep) -> None:
    """From the first click to the report, with nothing but what a browser offers."""
    look_at_the_deployments(tour, keep)
    look_at_the_plans(tour, keep)
    start_for_real(tour)
    answer_the_gate(tour, keep)
    watch_the_rest(tour, keep)
    read_the_report(tour, keep)


def look_at_the_deployments(tour: "Tour", keep: Keep) -> None:
    """All are there."""
    assert tour.deployments() == sorted(one.name for one in described())
    keep("deployments")


def look_at_the_plans(tour: "Tour", keep: Keep) -> None:
    """The form comes with the fleet, and dry; its run shows a plan for each cluster."""
    dry_run = tour.open_form(FLEET, DRY)
    assert dry_run.is_checked()
    assert "6a2a5c1e-0b1d-4c53-9a4e-0d5d2f6f1a01" in tour.values()
    keep("form")
    tour.submit()
    tour.await_state(DRY, "NeedsHuman")
    tour.open_run(DRY)
    assert tour.artifacts() == ["fleet"]
    page = tour.open_artifact("fleet")
    rows = tour.rows(page)
    assert sum("Planned" in row for row in rows) == 8
    assert {name for name in BLOCKED if any(name in row and "NeedsHuman" in row for row in rows)} == BLOCKED
    tour.scroll_to(page, "What is left")
    keep("plan")


def start_for_real(tour: "Tour") -> None:
    """The same form with one switch thrown; the canary is migrated, and the run waits."""
    tour.open_form(FLEET, REAL).click()
    tour.submit()
    tour.await_state(REAL, "Suspended")
    tour.open_run(REAL)
    assert tour.states_of_children(1) == {"test-eus-01": "Migrated"}


def answer_the_gate(tour: "Tour", keep: Keep) -> None:
    """The question shows what was done and what comes next; the answer is given in its own form."""
    question = tour.open_gate()
    assert "1 Migrated" in question.inner_text()
    assert "prod-weu-01 (service principal): switch the control plane" in question.inner_text()
    tour.answer(question, "approve", why="The canary is well.", who="Kim, on call")
    keep("gate")
    tour.resume(question)


def watch_the_rest(tour: "Tour", keep: Keep) -> None:
    """A run for each cluster, and the table tells what is being done."""
    tour.await_children(6)
    tour.open_run(REAL)
    tour.open_children(6)
    keep("running")
    tour.await_state(REAL, "NeedsHuman")
    tour.open_run(REAL)
    states = tour.states_of_children(12)
    assert len(states) == 12
    assert {name for name, state in states.items() if state == "NeedsHuman"} == BLOCKED
    assert [state for state in states.values() if state in {"Failed", "Crashed"}] == []


def read_the_report(tour: "Tour", keep: Keep) -> None:
    """The fleet's table, the picture, how much is done, and a cluster's own page."""
    assert set(tour.artifacts()) >= {"fleet", "fleet-picture", "fleet-progress", "rollout"}
    rows = tour.rows(tour.open_artifact("fleet"))
    assert sum("Migrated" in row and "Already" not in row for row in rows) == 6
    keep("fleet")
    tour.open_run(REAL)
    tour.artifacts()
    tour.open_artifact("fleet-picture").get_by_role("img").wait_for()
    keep("picture")
    tour.open_run("migrate prod-weu-01")
    tour.artifacts()
    page = tour.open_artifact("cluster-prod-weu-01-.*")
    assert any("propagation" in row for row in tour.rows(page))
    keep("cluster")
