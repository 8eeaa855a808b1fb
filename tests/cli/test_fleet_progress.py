"""What the live table knows of a run, without a terminal."""

from io import StringIO

from rich.console import Console

from cli.fleet_progress import FleetProgress
from cli.live_table import live_table
from fleet_identity.progress import Progress

MINUTE = 60.0


def waits(minutes: float) -> Progress:
    return Progress(awaited="wait until the grant is 60 minutes old", seconds=minutes * MINUTE)


def names(progress: FleetProgress, room: int, now: float) -> list[str]:
    return [row.cluster for row in progress.shown(room, now).rows]


def drawn(progress: FleetProgress, now: float, *, height: int = 24, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width, height=height)
    with console.capture() as captured:
        console.print(live_table(progress, console, lambda: now))
    return captured.get()


def test_work_comes_before_waits() -> None:
    """What is under way stands first, the oldest on top; then waits, the shortest on top."""
    progress = FleetProgress()
    progress.note("long", "", waits(50), 0)
    progress.note("short", "", waits(5), 0)
    progress.note("young", "switch the control plane", None, 20)
    progress.note("old", "switch the control plane", None, 10)
    assert names(progress, 9, 30) == ["old", "young", "short", "long"]


def test_what_only_lasts_is_nothing_new() -> None:
    """A line that tells that something goes on takes no row: it stands there already, with its time."""
    progress = FleetProgress()
    progress.note("a", "", waits(50), 0)
    progress.note("", "Stage all.", None, 1)
    progress.note("a", "Still at it", Progress(lasts=True), 900)
    progress.note("", "Still at it", Progress(lasts=True), 900)
    assert "Still at it" not in drawn(progress, 901)
    assert "wait until" in drawn(progress, 901)


def test_a_wait_that_is_over_is_work() -> None:
    """Once its moment has come a cluster is not shown as waiting for it."""
    progress = FleetProgress()
    progress.note("a", "", waits(5), 0)
    progress.note("b", "upgrade", None, 0)
    assert progress.doing["a"].waits(4 * MINUTE)
    assert not progress.doing["a"].waits(6 * MINUTE)
    assert progress.shown(1, 6 * MINUTE).working_more == 1


def test_what_does_not_fit_is_counted() -> None:
    """Of more clusters than lines the rest is told in numbers, and the terminal's height is kept."""
    progress = FleetProgress(clusters=200)
    for number in range(100):
        progress.note(f"w{number}", "switch", None, number)
        progress.note(f"g{number}", "", waits(60 + number), 0)
    shown = progress.shown(10, 100)
    assert (len(shown.rows), shown.working_more, shown.waiting_more) == (10, 90, 100)
    page = drawn(progress, 100)
    assert "83 more under way, 100 more waiting" in page
    assert len(page.splitlines()) < 24


def test_an_end_counts_once() -> None:
    """A cluster that has ended leaves its row and moves the bar; states are counted."""
    progress = FleetProgress()
    progress.note("", "Clusters of this run: 3.", Progress(clusters=3), 0)
    progress.note("a", "switch", None, 0)
    progress.note("", "a is Migrated.", Progress(cluster="a", ended="Migrated"), 5)
    progress.note("", "b is Migrated.", Progress(cluster="b", ended="Migrated"), 5)
    page = drawn(progress, 10)
    assert progress.doing == {}
    assert "2 of 3 clusters" in page
    assert "Migrated 2" in page
    assert "Clusters of this run: 3." in page


def test_times_are_azures() -> None:
    """Since and to go follow the clock; the count begins with the first line, whatever the clock shows then."""
    progress = FleetProgress()
    progress.note("a", "", waits(60), 1_000_000)
    page = drawn(progress, 1_000_000 + 12 * MINUTE)
    assert page.splitlines()[0].startswith("12 min")
    assert "48 min" in page


def test_it_fits_a_narrow_terminal() -> None:
    """No line is wider than the terminal, and a name with brackets in it is text."""
    progress = FleetProgress(clusters=1)
    progress.note("[bold]name-of-a-cluster-that-is-long", "switch the control plane to id-of-it " * 3, None, 0)
    page = drawn(progress, 5, height=10, width=60)
    assert max(map(len, page.splitlines())) <= 60
    assert "[bold]name" in page


def test_nothing_is_known_yet() -> None:
    """Before the first line, and in a terminal without height, there is something to draw."""
    assert "Starting ..." in drawn(FleetProgress(), 0, height=3)
