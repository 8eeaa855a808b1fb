"""The measurement of whole fleet runs measures what it says, and shows what fails."""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.makespan import table
from benchmarks.makespan.cell import Cell, Run, judged, objections, result_of
from benchmarks.makespan.fleet_world import CLUSTERS_OF_A_SUBSCRIPTION, fleet_world, ideal_minutes
from benchmarks.makespan.processes import cpu_seconds, process
from benchmarks.makespan.simulator_process import SimulatorProcess, Verdict, has_moved
from simulator import Simulator
from tests.azure_fixture import SimulatorFactory

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
RUN = Run(
    seconds=168.0, lead_in_seconds=9.0, cpu_seconds=25.0, server_cpu_seconds=20.0, peak_megabytes=150, requests=4000
)
CELL = Cell(clusters=50, pace=60, load_before=0.1, floor=replace(RUN, seconds=163.0), ours=RUN)
FAILED = replace(CELL, ours=replace(RUN, problems=("1 of 50 clusters not migrated",)))


def control(simulator: Simulator) -> SimulatorProcess:
    return SimulatorProcess(group=os.getpgrp(), arm=simulator.arm, ca=str(simulator.ca), subscriptions=(), env={})


@pytest.mark.parametrize(("clusters", "minutes"), [(50, 160), (200, 160), (1000, 160), (7, 7 * 32), (11, 6 * 32)])
def test_the_ideal_is_the_critical_path(clusters: int, minutes: int) -> None:
    """A fleet can't take less than its waves, and each wave takes an update and two rolls."""
    assert ideal_minutes(clusters) == minutes


def test_a_fleet_is_spread_over_subscriptions(simulate: SimulatorFactory) -> None:
    """No subscription holds more clusters than a real one would, and nothing is broken before anybody comes."""
    world = fleet_world(100)
    members = Counter(one["subscription"] for one in world["clusters"])
    assert max(members.values()) <= CLUSTERS_OF_A_SUBSCRIPTION
    assert sum(members.values()) == 100
    assert simulate(world).state()["broken_at_the_start"] == []


def test_the_floor_moves_a_fleet(simulate: SimulatorFactory, tmp_path: Path) -> None:
    """The plain loop does the whole work, by the SDK alone, and causes no outage: so it may be compared with."""
    simulator = simulate(fleet_world(5), pace=3600)
    untouched = judged({"problems": []}, control(simulator), 5, 3600)
    command = ("benchmarks.makespan.floor", "--at-a-time", "5", *simulator.subscriptions)
    run = judged(result_of(command, os.environ | simulator.env, tmp_path / "log", 60), control(simulator), 5, 3600)
    assert untouched.problems == ("5 of 5 clusters not migrated",)
    assert run.problems == ()
    assert run.seconds >= 32 * 60 / 3600
    assert 0 < run.lead_in_seconds < run.seconds
    assert run.requests == len(simulator.journal)


def test_the_flow_moves_the_same_fleet(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """Our road does the same work on the same world, within the same bound."""
    simulator = simulate(fleet_world(1), pace=1800)
    env = os.environ | simulator.env | {"PREFECT_API_URL": prefect}
    run = judged(result_of(("benchmarks.makespan.fleet_run",), env, tmp_path / "log", 120), control(simulator), 1, 1800)
    assert run.problems == ()
    assert run.seconds >= ideal_minutes(1) * 60 / 1800
    assert run.peak_megabytes > 0


@pytest.mark.parametrize(
    ("identity", "kubelets", "moved"),
    [
        ("UserAssigned", ("new", "new"), True),
        ("UserAssigned", ("new", "service-principal"), False),
        (None, ("new", "new"), False),
    ],
)
def test_a_cluster_has_moved_with_its_last_node(identity: str | None, kubelets: tuple[str, ...], moved: bool) -> None:
    """A switch without rolls is no migration, for whichever road."""
    arm = {"identity": {"type": identity}} if identity else {}
    assert has_moved({"arm": arm, "nodes": [{"kubelet": one} for one in kubelets]}) is moved


def test_an_outage_fails_the_cell() -> None:
    """Moving every cluster does not do: an incident in the ledger is a problem, and so is a cluster left behind."""
    found = Verdict(requests=1, refused=0, migrated=5, lead_in=0, incidents=("ImagePullFailed: no role",))
    assert list(objections(found, 5)) == ["1 incidents, the first: ImagePullFailed: no role"]
    assert list(objections(replace(found, incidents=()), 5)) == []
    assert list(objections(replace(found, incidents=()), 6)) == ["1 of 6 clusters not migrated"]


def test_a_road_that_ends_badly_is_a_problem(tmp_path: Path) -> None:
    """A process that fails is told with its last words, and one that takes too long with its limit."""
    (tmp_path / "log").touch()
    failed = result_of(("benchmarks.makespan.floor", "--at-a-time", "none"), os.environ, tmp_path / "log", 60)
    slow = result_of(("timeit", "-n", "1", "-r", "1", "__import__('time').sleep(60)"), os.environ, tmp_path / "log", 1)
    assert failed["problems"][0].startswith("ended with status 2: ")
    assert "invalid int value" in failed["problems"][0]
    assert slow["problems"] == ["not done after 1 s"]


def test_cpu_is_charged_to_its_own_group(tmp_path: Path) -> None:
    """What a process in a group of its own uses is counted there, children included, and nowhere else."""
    burn = "subprocess.run([sys.executable, '-c', 'sum(range(10**7))'])"
    kept_alive = f"import subprocess, sys, time; {burn}; print(flush=True); time.sleep(60)"
    with process("timeit", "-n", "1", "-r", "1", kept_alive, env=os.environ, log=tmp_path / "log") as started:
        assert started.stdout
        started.stdout.readline()
        assert cpu_seconds(started.pid) > 0.1
    assert cpu_seconds(started.pid) == 0


def test_a_cell_that_fails_is_shown(tmp_path: Path) -> None:
    """It is marked and explained wherever results are shown, and the whole is not in order."""
    assert table.document([CELL])["ok"]
    assert not table.document([CELL, FAILED])["ok"]
    for shown in (table.text([FAILED]), table.markdown([FAILED])):
        assert "50 *" in shown
        assert "50 clusters at pace 60, ours: 1 of 50 clusters not migrated" in shown


def test_what_the_floor_leaves_behind_is_told() -> None:
    """A plain loop that lost a cluster is still a floor, and its loss is told; one that never ran fails the cell."""
    lost = replace(RUN, problems=("1 of 50 clusters not migrated",))
    never = replace(CELL, floor=replace(lost, seconds=0.0))
    assert table.document([replace(CELL, floor=lost)])["ok"]
    assert "50 clusters at pace 60, floor: 1 of 50 clusters not migrated" in table.text([replace(CELL, floor=lost)])
    assert "50 *" not in table.text([replace(CELL, floor=lost)])
    assert not table.document([never])["ok"]


def test_the_cost_at_azures_pace_follows_from_two_paces() -> None:
    """What does not shrink with the pace is our own: 5 s of 9,605; a failed cell, or a full machine, tells nothing."""
    paces = [replace(CELL, pace=pace, ours=replace(RUN, seconds=9600 / pace + 5)) for pace in (60, 30)]
    assert table.at_azures_pace(paces) == [(50, 1.001)]
    assert table.at_azures_pace([paces[0], replace(paces[1], ours=FAILED.ours)]) == []
    assert table.at_azures_pace([replace(paces[0], ours=replace(RUN, seconds=300)), paces[1]]) == []


def test_the_page_takes_a_table(tmp_path: Path) -> None:
    """The table of docs/performance.md can be written anew, and nothing else of the page changes."""
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text())
    table.write_into(page, [CELL])
    head, _, rest = PAGE.read_text().partition("<!-- makespan: begin -->")
    assert "| 50 | 60 | 160 | 168 | 1.050 | 163 | 1.031 | 9 / 9 | 80.0 / 80.0 |" in page.read_text()
    assert page.read_text().startswith(head)
    assert page.read_text().endswith(rest.partition("<!-- makespan: end -->")[2])
