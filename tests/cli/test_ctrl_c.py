"""Ctrl-C at a terminal: SIGINT to the whole process group, Prefect's own server included."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.cli.command import start
from tests.cli.test_killed import sent
from tests.worlds import CLUSTER_ID, one_cluster

PROMPT = 8.0
"""Seconds to the prompt: about one, and the rest for a machine that is busy with other tests; it was a minute once."""
COMMAND = ("migrate", "--cluster", CLUSTER_ID, "--apply")
STOPPED = "fleet-identity: Stopped. Run the same command again to go on from what Azure shows."


def press(process: subprocess.Popen[str]) -> None:
    """Send what the terminal sends."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)


def wait_for_output(process: subprocess.Popen[str], told: str) -> None:
    """Read standard error up to a line."""
    assert process.stderr
    for line in process.stderr:
        if told in line:
            return
    raise AssertionError(f"the run ended before it told of {told}")


def check_prompt(process: subprocess.Popen[str]) -> None:
    """The process has ended in time with one sentence, and nothing is left of its group."""
    began = time.monotonic()
    _, err = process.communicate(timeout=120)
    assert time.monotonic() - began < PROMPT
    assert process.returncode == 130
    assert err.count(STOPPED) == 1
    assert err.strip().endswith(STOPPED)
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def runs_that_go_on(prefect: str) -> set[str]:
    """Ask a server of Prefect's which flow runs it takes for running."""
    asked = json.dumps({"flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}).encode()
    request = urllib.request.Request(f"{prefect}/flow_runs/filter", asked, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return {run["id"] for run in json.load(answer)}


@pytest.mark.parametrize("pause", [None, 0.0, 0.1, 0.5])
def test_back_at_the_prompt(simulate: SimulatorFactory, prefect_home: Path, pause: float | None) -> None:
    """Once or twice, at whatever distance: one sentence, status 130, and no server of Prefect's is left."""
    azure = simulate(one_cluster(), pace=300)
    with start(*COMMAND, home=prefect_home, azure=azure) as process:
        wait_for_output(process, "minutes to go")
        assert sent(azure, "roleAssignments")
        press(process)
        if pause is not None:
            time.sleep(pause)
            press(process)
        check_prompt(process)


@pytest.mark.parametrize("after", [1.5, 2.5, 4.0])
def test_while_prefect_starts(simulate: SimulatorFactory, prefect_home: Path, after: float) -> None:
    """Before the run has begun, too."""
    azure = simulate(one_cluster(), pace=300)
    with start(*COMMAND, home=prefect_home, azure=azure) as process:
        time.sleep(after)
        press(process)
        check_prompt(process)


def test_a_server_that_lives_on_is_told(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """A run on somebody's server is stopped in the same way, and is not shown as running for ever."""
    azure = simulate(one_cluster(), pace=300)
    before = runs_that_go_on(prefect)
    with start(*COMMAND, home=tmp_path, azure=azure, prefect=prefect) as process:
        wait_for_output(process, "minutes to go")
        press(process)
        check_prompt(process)
    assert runs_that_go_on(prefect) <= before
