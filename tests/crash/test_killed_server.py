"""Prefect's server is killed in the middle of a migration, and comes back on the same database."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from tests.crash.arrived import ARRIVED, check_arrived, check_made_once
from tests.crash.conftest import Azure, Row, Work, fleet
from tests.crash.moments import FLEET, Moment, let_in, polls, reach, waits
from tests.crash.worker import Worker
from tests.prefect_server import PrefectServer, prefect_server

pytestmark = pytest.mark.alone

PLACES = (
    "half an hour after the subnet's grant",
    "at poll 1 after the switch",
    "at poll 1 after the roll of pool system",
)
MOMENTS = [moment for moment in (*waits(), *polls()) if moment.name.startswith(PLACES)]
MODES = ("retry", "new run", "new run beside it")
SAMPLE = ("at poll 1 after the roll of pool system of a", "new run beside it")
_GIVES_UP_WITHIN = 20
"""Seconds that a run which has lost its server is given to end by itself."""


@pytest.fixture
def server(prefect_home: Path) -> Iterator[PrefectServer]:
    """A server that has started; it is gone when the test is over."""
    with prefect_server(prefect_home) as started:
        yield started


def cases() -> Iterator[Any]:
    for moment in MOMENTS:
        for mode in MODES:
            marks = () if (moment.name, mode) == SAMPLE else (pytest.mark.crash,)
            yield pytest.param(moment, mode, marks=marks, id=f"{moment}, {mode}")


@pytest.mark.parametrize(("moment", "mode"), [*cases()])
def test_the_server_is_killed_and_comes_back(  # noqa: PLR0913, PLR0917 - fixtures
    azure: Azure, server: PrefectServer, work: Work, row: Row, moment: Moment, mode: str
) -> None:
    """Whether the run survives its server or not: the next one, a retry or a new one, finds every cluster arriving."""
    world = azure(fleet("".join(FLEET)))
    worker = work(server.api, world)
    run = worker.new_run()
    process = worker.start(run)
    under_way = reach(moment, world, process)
    server.kill()
    world.release()
    if mode == "new run":  # the others find what they were doing still under way
        world.resume()
    became = _what_became(worker, process, mode)
    server.start()
    if mode == "retry":
        worker.ask_for_retry(run)
    else:
        run = worker.new_run()
    again = worker.start(run)
    let_in(world, moment, again)
    ended = worker.end(run, again)
    row(f"server, {moment}", under_way, f"{became}, {mode}", ended)
    assert ended in ARRIVED, worker.log.read_text()
    check_arrived(world)
    check_made_once(world)


def _what_became(worker: Worker, process: Popen[bytes], mode: str) -> str:
    if mode == "new run beside it":
        return "run goes on"
    return "run ended by itself" if worker.gives_up(process, _GIVES_UP_WITHIN) else "run was killed"
