"""A real SIGKILL in the middle of a fleet, and the same command again."""

import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.cli.command import run, start, states
from tests.worlds import SUBSCRIPTION, cluster, one_cluster

COMMAND = ("migrate", "--subscription", SUBSCRIPTION, "--apply", "--output", "json", "--max-concurrency", "2")


def sent(azure: Simulator, what: str) -> int:
    return sum(one.method in {"PUT", "POST"} and what in one.path and one.status < 300 for one in azure.journal)


def kill_once(process: subprocess.Popen[str], azure: Simulator, what: str) -> None:
    """Kill the process the moment that Azure has accepted the first `what`."""
    deadline = time.monotonic() + 90
    while not sent(azure, what):
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline, f"no {what} was sent"
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize(
    "moment",
    [
        "managedClusters",
        pytest.param("roleAssignments", marks=pytest.mark.crash),
        pytest.param("upgradeNodeImageVersion", marks=pytest.mark.crash),
    ],
)
def test_killed_and_started_again(simulate: SimulatorFactory, prefect: str, tmp_path: Path, moment: str) -> None:
    """Killed right after a grant, a switch or a roll began: the next run brings all home, and does nothing twice."""
    azure = simulate(one_cluster(clusters=[cluster(name) for name in "abc"]), pace=1500)
    with start(*COMMAND, home=tmp_path, azure=azure, prefect=prefect) as process:
        kill_once(process, azure, moment)
    ended = run(*COMMAND, home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 0, ended.stderr
    assert set(states(ended.stdout)) == {"a", "b", "c"}
    assert set(states(ended.stdout).values()) <= {"Migrated", "AlreadyMigrated"}
    written = Counter(
        one.path
        for one in azure.journal
        if one.method in {"PUT", "POST"} and one.status < 300 and "oauth" not in one.path
    )
    clusters_and_pools = [count for path, count in written.items() if "managedClusters" in path]
    assert clusters_and_pools == [1] * (3 + 6)
