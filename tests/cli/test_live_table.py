"""The live table, at a terminal; lines where there is none."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.cli.command import run, states
from tests.cli.terminal import HIDE_CURSOR, SHOW_CURSOR, at_a_terminal, shown
from tests.cli.test_ctrl_c import STOPPED
from tests.worlds import CLUSTER_ID, SUBSCRIPTION, cluster, one_cluster

PACE = 2000.0
FLEET = ("migrate", "--subscription", SUBSCRIPTION, "--apply", "--output", "json")
WORLD = one_cluster(clusters=[cluster("a"), cluster("c", power="Stopped")])
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def test_at_a_terminal(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """Rows with what is done and how long a wait takes, a bar, warnings above; the result is a document of its own."""
    with at_a_terminal(*FLEET, home=tmp_path, azure=simulate(WORLD, pace=PACE), prefect=prefect) as (process, terminal):
        seen = "".join(shown(terminal))
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert states(out) == {"a": "Migrated", "c": "NeedsHuman"}
    plain = CONTROL.sub("", seen)
    assert re.search(r"what is done +since +to go", plain)
    assert re.search(r"a +wait until the grant.* +\d+ (s|min) +\d+ (s|min)\r?\n", plain)
    assert "of 2 clusters" in plain
    assert "c is NeedsHuman: " in plain
    assert "grant AcrPull" not in plain.splitlines()[-1]
    assert max(len(line) for line in plain.replace("\r", "\n").splitlines() if "c is NeedsHuman" not in line) <= 80
    assert seen.rfind(SHOW_CURSOR) > seen.rfind(HIDE_CURSOR) > -1


ASKS = """
strategy:
  stages:
    - name: all
      groups: [{name: everyone, rest: true}]
      before_gates: [{type: Approval}]
"""


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_a_gate_asks(simulate: SimulatorFactory, prefect: str, tmp_path: Path, term: str) -> None:
    """At once and in whole: the evidence, the command that answers, and the run's address; drawn, or as lines."""
    spec = tmp_path / "fleet.yaml"
    spec.write_text(f"scope:\n  subscriptions: [{SUBSCRIPTION}]\n{ASKS}")
    asked = ("migrate", "--fleet", str(spec), "--apply", "--output", "json")
    azure = simulate(one_cluster(clusters=[cluster("a")]), pace=PACE)
    answered, before = False, ""
    with at_a_terminal(*asked, home=tmp_path, azure=azure, prefect=prefect, TERM=term) as (process, terminal):
        seen = ""
        for piece in shown(terminal):
            seen += piece
            found = re.search(r"\r?\n    fleet-identity approve ([0-9a-f-]{36})\r?\n    (http\S+)\r?\n", seen)
            if found and not answered:
                before, run_id = CONTROL.sub("", seen[: found.start()]), found[1]
                assert found[2].endswith(f"/runs/flow-run/{run_id}")
                answered = _answered(run_id, tmp_path, prefect)
        out, _ = process.communicate(timeout=60)
    assert answered
    assert states(out) == {"a": "Migrated"}
    for told in ("Before stage all", "Next: 1 cluster, 5 nodes", "a (service principal): switch the control plane"):
        assert told in before
    assert ("# Before" in before) is (term == "dumb")
    heads = [line for line in CONTROL.sub("", seen).splitlines() if line.endswith("The run waits for an approval.")]
    assert bool(heads) is (term != "dumb")


def _answered(run_id: str, home: Path, prefect: str) -> bool:
    """Answer as people do; the line stands there a moment before the run has stopped."""
    return any(run("approve", run_id, home=home, prefect=prefect).returncode == 0 for _ in range(20))


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}])
def test_as_the_terminal_allows(
    simulate: SimulatorFactory, prefect: str, tmp_path: Path, variables: dict[str, str]
) -> None:
    """A dumb terminal gets lines; NO_COLOR takes the colours, not the table."""
    azure = simulate(one_cluster(), pace=PACE)
    asked = ("migrate", "--cluster", CLUSTER_ID, "--apply")
    with at_a_terminal(*asked, home=tmp_path, azure=azure, prefect=prefect, **variables) as (process, terminal):
        seen = "".join(shown(terminal))
        process.communicate(timeout=60)
    drawn = variables["TERM"] != "dumb"
    assert (HIDE_CURSOR in seen) is drawn
    assert ("what is done" in seen) is drawn
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", seen)


def test_in_a_pipe(simulate: SimulatorFactory, prefect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines, one a step, whatever FORCE_COLOR says; each cluster's end is one of them."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    ended = run(*FLEET, home=tmp_path, azure=simulate(WORLD, pace=PACE), prefect=prefect)
    assert HIDE_CURSOR not in ended.stderr
    lines = CONTROL.sub("", ended.stderr).splitlines()
    assert any("switch the control plane to id-a" in line for line in lines)
    assert any(line.endswith("a is Migrated.") for line in lines)
    assert states(ended.stdout)["a"] == "Migrated"


@pytest.mark.alone
@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_gives_the_terminal_back(simulate: SimulatorFactory, prefect_home: Path, presses: int) -> None:
    """Once or twice: the table is taken away, the cursor is back, and the sentence is the last that is shown."""
    azure = simulate(one_cluster(), pace=300)
    asked = ("migrate", "--cluster", CLUSTER_ID, "--apply")
    with at_a_terminal(*asked, home=prefect_home, azure=azure) as (process, terminal):
        seen = ""
        for piece in shown(terminal):
            seen += piece
            if presses and "to go" in seen and "wait until" in seen:
                for _ in range(presses):
                    os.killpg(process.pid, signal.SIGINT)
                presses = 0
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert CONTROL.sub("", seen).strip().endswith(STOPPED)
    assert seen.rfind(SHOW_CURSOR) > seen.rfind(HIDE_CURSOR) > -1
