"""`fleet-identity validate`: what it tells of a spec that is one. What is wrong with one: test_bad_usage.py."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.main import run
from cli.validate import summary
from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.fleet.spec import FleetSpec, Strategy

WINDOW = RunWindow(days=("Friday",), start_time="22:00", duration_hours=8, utc_offset="+01:00")
FILE = """
strategy:
  stages:
    - name: production
      groups: [{name: others, rest: true, before_gates: [{type: Approval}]}]
      max_concurrency: 20%
      max_allowed_failures: 3
      after_stage_wait_minutes: 30
  window: {days: [Friday], start_time: "22:00", duration_hours: 8, utc_offset: "+01:00"}
  maintenance_windows: true
"""


def told(now: str, **strategy: object) -> list[str]:
    spec = FleetSpec(strategy=Strategy.model_validate(strategy))
    return list(summary(spec, datetime.fromisoformat(now).replace(tzinfo=UTC)))[2:]  # after the stage and its group


def test_when_the_run_window_opens() -> None:
    """Its hours, and when it opens next, or until when it is open, by its own clock."""
    hours = "run window: Friday from 22:00 for 8 hours (UTC+01:00)"
    assert told("2026-11-02T06:00", window=WINDOW) == [f"{hours}; next opens Friday 2026-11-06 22:00"]
    assert told("2026-11-06T23:00", window=WINDOW) == [f"{hours}; open now, until Saturday 2026-11-07 06:00"]


def test_without_windows_nothing_is_told() -> None:
    """Any time will do; what the clusters' owners say counts only where the spec says so."""
    assert told("2026-11-02T06:00") == []
    (own,) = told("2026-11-02T06:00", maintenance_windows=True)
    assert own.startswith("planned maintenance: ")


@pytest.mark.parametrize("output", ["table", "json"])
def test_nobody_reads_to_the_end(output: str, tmp_path: Path) -> None:
    """As before `| head`: it ends without a word, and not as if all had been read."""
    file = tmp_path / "fleet.yaml"
    file.write_text(FILE)
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "cli", "validate", str(file), "--output", output]
    ended = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert (ended.returncode, ended.stderr) == (1, b"")


@pytest.mark.parametrize("output", ["table", "json"])
def test_of_a_file(output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command tells it of a file, at the present time, to people and to programs."""
    file = tmp_path / "fleet.yaml"
    file.write_text(FILE)
    assert run(["validate", str(file), "--output", output]) == 0
    out = capsys.readouterr().out
    if output == "table":
        assert "stage production: 20% at a time, failures allowed: 3\n" in out
        assert "    before it: Approval, " in out
        assert "  soak: 30 min\n" in out
        assert "run window: Friday from 22:00 for 8 hours (UTC+01:00); " in out
        assert out.endswith("fleet.yaml is a fleet spec.\n")
        return
    document = json.loads(out)
    (stage,) = document["stages"]
    assert (stage["max_concurrency"], stage["max_allowed_failures"]) == ("20%", "3")
    assert stage["after_stage_wait_minutes"] == 30
    assert [gate["type"] for gate in stage["groups"][0]["before_gates"]] == ["Approval"]
    opens, closes = (datetime.fromisoformat(document["window"][key]) for key in ("opens", "closes"))
    assert (opens.strftime("%A %H:%M"), (closes - opens).total_seconds()) == ("Friday 22:00", 8 * 3600)
    assert closes > datetime.now(UTC)
    assert document["maintenance_windows"] is True
