"""A run of a fleet is killed at any moment, and run again: as a retry of the same run, or as a new one."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.crash.arrived import ARRIVED, accepted, check_arrived, check_nothing_twice
from tests.crash.conftest import Azure, Row, Work, fleet
from tests.crash.moments import FLEET, LOOKS, Moment, let_in, looks, polls, reach, waits, writes

pytestmark = pytest.mark.alone

MODES = ("retry", "new run")
SAMPLE = {
    ("after the switch of a", "retry"),
    ("at poll 1 after the roll of pool system of a", "new run"),
}
"""What `make test` kills; `make test-crash` kills them all."""


def cases() -> Iterator[Any]:
    for moment in (*writes(), *waits(), *polls(), *looks()):
        for mode in MODES:
            marks = () if (moment.name, mode) in SAMPLE else (pytest.mark.crash,)
            yield pytest.param(moment, mode, marks=marks, id=f"{moment}, {mode}")


@pytest.mark.parametrize(("moment", "mode"), [*cases()])
def test_killed_and_run_again(  # noqa: PLR0913, PLR0917 - fixtures
    azure: Azure, prefect: str, work: Work, row: Row, moment: Moment, mode: str
) -> None:
    """Every cluster arrives, nothing is done twice, and there is no incident."""
    world = azure(fleet("".join(FLEET)))
    worker = work(prefect, world)
    run = worker.new_run()
    victim = worker.start(run)
    under_way = reach(moment, world, victim)
    worker.kill(run, victim)
    if mode == "retry":
        worker.ask_for_retry(run)
    else:
        run = worker.new_run()
    again = worker.start(run)
    let_in(world, moment, again)
    ended = worker.end(run, again)
    row(str(moment), under_way, mode, ended)
    assert ended in ARRIVED, worker.log.read_text()
    check_arrived(world)
    check_nothing_twice(world)


@pytest.mark.crash
def test_the_moments_are_all_there(azure: Azure, prefect: str, work: Work) -> None:
    """A run that nobody kills writes what the moments name, and nothing else; and looks as often as they do."""
    world = azure(fleet("".join(FLEET)))
    worker = work(prefect, world)
    run = worker.new_run()
    assert worker.end(run, worker.start(run)) == "Migrated"
    assert len(accepted(world)) * 2 == len(list(writes()))
    read = [one for one in world.journal if one.method == "GET" and one.path.endswith("managedClusters/a")]
    assert len(read) == LOOKS
    check_arrived(world)
    check_nothing_twice(world)
