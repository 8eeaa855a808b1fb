"""What people read at the terminal, in 80 columns."""

import io
import logging
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cli.migrate import show
from cli.progress import ProgressLines, ProgressTable
from cli.render import show_fleet, show_plans
from cli.render_assessment import show_assessment
from cli.tables import widths
from fleet_identity.outcome import Outcome, State
from fleet_identity.plan import Line
from fleet_identity.progress import Progress
from fleet_identity.report.assessment import assessment_document
from fleet_identity.resource_id import ResourceId
from fleet_identity.scope import Scope
from simulator import load_world
from tests.report.fleet import blocked, document, done, ready
from tests.worlds import CLUSTER, CLUSTER_ID, SUBSCRIPTION

WORLD = Path(__file__).parent.parent.parent / "cli" / "demo.yaml"
ONE_STEP = (Line(when="now", what="create an identity"),)
TWO_STEPS = (*ONE_STEP, Line(when="warns", what="PullGap: mind the gap"), Line(when="later", what="roll nodes"))


def outcome(state: State = State.PLANNED, **changes: Any) -> Outcome:
    return Outcome(cluster_id=ResourceId(CLUSTER_ID), state=state, before="service principal", **changes)


def narrow() -> Console:
    return Console(file=io.StringIO(), width=80)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_place(state: State) -> None:
    """No way for a run to end is forgotten: each is shown in the table, and above a plan."""
    console = narrow()
    show_fleet(console, [outcome(state)])
    show_plans(console, [outcome(state)])
    assert printed(console).count(state.value) == 2


@pytest.mark.parametrize(("plan", "told"), [(ONE_STEP, "1 step"), (TWO_STEPS, "2 steps")])
def test_how_long_a_plan_is(plan: tuple[Line, ...], told: str) -> None:
    """A plan that nothing blocks leaves its steps, and what waits besides."""
    console = narrow()
    show_fleet(console, [outcome(plan=plan, left=("pool win waits",))])
    lines = [line.strip() for line in printed(console).splitlines()]
    assert lines[lines.index(told) + 1] == "pool win waits"


@pytest.mark.parametrize(
    ("ended", "offered"),
    [
        (outcome(plan=TWO_STEPS), True),
        (outcome(State.NEEDS_HUMAN, left=("There is no such cluster.",)), False),
        (outcome(State.ALREADY_MIGRATED, plan=(Line(when="warns", what="OtherIdentity: another"),)), False),
    ],
)
def test_apply_is_offered_where_there_is_a_plan(
    ended: Outcome, offered: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run names --apply only if it would do something, and tells an error once."""
    monkeypatch.setenv("COLUMNS", "80")
    show([ended], output="table", apply=False)
    out = capsys.readouterr().out
    assert ("Add --apply" in out) == offered
    assert out.count("There is no such cluster.") == len(ended.left)


def test_no_word_is_broken() -> None:
    """Codes, names and ids stand in one piece, and no line is too wide."""
    words = ("RegistriesUnknown:", "6a2a5c1e-0b1d-4c53-9a4e-0d5d2f6f1a02,", "MC_rg-pay_pay-weu-01_westeurope", CLUSTER)
    left = "RegistriesUnknown: The old principal holds Contributor on 6a2a5c1e-0b1d-4c53-9a4e-0d5d2f6f1a02, and a lock"
    console = narrow()
    show_fleet(console, [outcome(State.WAITING, left=(f"{left} is on MC_rg-pay_pay-weu-01_westeurope",), seconds=9000)])
    shown = printed(console)
    assert set(words) <= set(shown.split())
    assert max(map(len, shown.splitlines())) <= 80


def test_widths_of_columns() -> None:
    """Words come first, then lines; only a word for which there is no room is folded."""
    assert widths(30, [("one", "two words"), ("a", "b")]) == [3, 9]
    assert sum(widths(12, [("x" * 40, "two words")])) == 10


def test_a_fleet_that_is_not_there() -> None:
    """One line names the conditions, and there is no empty table."""
    console = narrow()
    show_assessment(console, assessment_document(()), Scope(subscriptions=(SUBSCRIPTION,), tags=("expires=never", "a")))
    told = f"No cluster was found in subscription {SUBSCRIPTION}, with tag expires=never and a.\n"
    assert printed(console) == told


def test_what_to_do_next() -> None:
    """An assessment ends with the command that shows the plans of the most urgent subscription; of done ones, none."""
    console, other = narrow(), "6a2a5c1e-0b1d-4c53-9a4e-0d5d2f6f1a02"
    fleet = document(ready(), blocked(), done())
    fleet["clusters"][0]["subscription"], same = other, fleet["clusters"][1]["subscription"]
    show_assessment(console, fleet, Scope())
    lines = printed(console).splitlines()
    assert [line for line in lines if "--subscription" in line] == [
        f"    fleet-identity migrate --subscription {one}" for one in (other, same)
    ]
    assert max(map(len, lines)) <= 80
    show_assessment(last := narrow(), document(done()), Scope())
    assert "--subscription" not in printed(last)


class Clock:
    """A clock that is set by hand."""

    time = 1000.0

    def now(self) -> float:
        return self.time

    def deadline(self, seconds: float) -> float:
        return self.time + seconds

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


def told(message: str, progress: Progress | None = None) -> logging.LogRecord:
    record = logging.LogRecord("flows", logging.INFO, "", 0, message, None, None)
    record.progress = progress
    return record


@pytest.mark.parametrize(("shown_as", "kept"), [(ProgressLines, 2), (ProgressTable, 1)])
def test_lines_that_last(shown_as: type[ProgressLines], kept: int) -> None:
    """They stand as they are, even where other lines are drawn over by a table."""
    console = narrow()
    lines = shown_as(console, Clock())
    lines.emit(told("  group [first]: 1 at a time", Progress(kept=True)))
    lines.emit(told("create an identity"))
    found = printed(console).splitlines()
    assert found[0] == "  group [first]: 1 at a time"
    assert len(found) == kept


def test_the_clock_starts_with_the_work() -> None:
    """What Prefect takes to start is none of Azure's time: the first line is at nought."""
    console, clock = narrow(), Clock()
    lines = ProgressLines(console, clock)
    for seconds, message in ((3720, "30 clusters assessed."), (120, "create an identity")):
        clock.time += seconds
        lines.emit(told(message))
    assert [line.split()[:2] for line in printed(console).splitlines()] == [["0", "s"], ["2", "min"]]


def test_the_demo_has_one_calendar() -> None:
    """Its newest node image is out when it starts, and not for long."""
    world = load_world(WORLD)
    started = world.starts_at.date() if world.starts_at else None
    newest = max(version for versions in world.images.values() for version in versions if version.startswith("2026"))
    assert started
    assert newest.startswith(f"{started:%Y%m.%d}")
