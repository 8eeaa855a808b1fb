"""Two runs at once on fleets that overlap: an impatient person, and the schedule."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from simulator import Simulator
from tests.crash.arrived import ARRIVED, accepted, check_arrived, check_made_once, refused
from tests.crash.conftest import Azure, Row, Work, fleet
from tests.crash.moments import under_way
from tests.crash.worker import these

pytestmark = pytest.mark.alone

DOOR = {"path": "/oauth2/v2.0/token$"}
"""The first that a run asks Azure for."""
SLOW = 1500.0
"""A pace at which operations last long enough for the second run to find them under way."""
IDENTITY = {"method": "PUT", "path": "userAssignedIdentities/id-b$"}
SWITCH = {"method": "PUT", "path": "managedClusters/b$"}
ROLL = {"method": "POST", "path": "managedClusters/b/agentPools/system/upgradeNodeImageVersion$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Where the first run is when the second, which has started, begins to ask."""

    name: str
    match: dict[str, str]
    hold: Literal[True, "answer"] = True
    overtaken: bool = False
    """Whether the first goes on only when the second has done what it was about to do."""

    def __str__(self) -> str:
        return self.name


TOGETHER = Meeting(name="together", match=DOOR)
MEETINGS = (
    Meeting(name="right before the identity of b", match=IDENTITY),
    Meeting(name="right before the switch of b", match=SWITCH),
    Meeting(name="in the middle of the switch of b", match=SWITCH, hold="answer"),
    Meeting(name="right before the roll of b/system", match=ROLL),
    Meeting(name="in the middle of the roll of b/system", match=ROLL, hold="answer"),
    Meeting(name="and overtakes: the identity of b", match=IDENTITY, overtaken=True),
    Meeting(name="and overtakes: the switch of b", match=SWITCH, overtaken=True),
    Meeting(name="and overtakes: the roll of b/system", match=ROLL, overtaken=True),
)
CASES = [
    pytest.param(TOGETHER, id="together"),
    *(pytest.param(it, marks=pytest.mark.crash, id=it.name) for it in MEETINGS),
]


@pytest.mark.parametrize("meeting", CASES)
def test_two_runs_at_once(azure: Azure, prefect: str, work: Work, row: Row, meeting: Meeting) -> None:
    """Both end well, every cluster arrives, and nothing is done twice or undone, whenever the second begins."""
    # one whose roll was overtaken asks for it once more, in vain: here that is answered 304, and so not counted
    world = azure(
        fleet("abcd", update="30m", reimage="20m") | {"behaviour": {"newest_image_answer": "not_modified"}}, pace=SLOW
    )
    worker = work(prefect, world)
    runs = [worker.new_run(these(names)) for names in ("abc", "bcd")]
    world.add_faults(
        [
            {"match": DOOR, "after": 1, "hold": True},
            {"match": meeting.match, "hold": meeting.hold},
        ]
    )
    processes = [worker.start(run) for run in runs]
    then = meet(meeting, world)
    ended = [worker.end(run, process) for run, process in zip(runs, processes, strict=True)]
    row(f"two runs; the second begins {meeting}", then, f"{len(refused(world))} refused", " and ".join(ended))
    assert set(ended) <= ARRIVED, worker.log.read_text()
    check_arrived(world)
    check_made_once(world)


def meet(meeting: Meeting, world: Simulator) -> str:
    """Let the first run come to its place and the second to the door, then let both go on; tell what was under way."""
    until(lambda: len(world.held) == 2)
    then = under_way(world)
    if meeting.overtaken:
        world.release(DOOR["path"].rstrip("$"))
        path = world.held[0].path
        until(lambda: any(one.path.lower() == path.lower() for one in accepted(world)))
    world.release()
    return then


def until(there: Callable[[], Any]) -> None:
    """Wait, for so long as two runs may take to start and to come half-way."""
    deadline = time.monotonic() + 90
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.005)
