"""Replaying a recording finds what differs, explains what is known, and survives what is broken."""

from __future__ import annotations

import base64
import copy
import gzip
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.replay.cassette import read
from simulator.replay.explained import EXPLAINED
from simulator.replay.player import Compared, play
from simulator.replay.report import has_unexplained, report, score
from tests.replay import small

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "recordings"
FILES = sorted(RECORDINGS.glob("*.yaml"))


def replayed(tmp_path: Path, *interactions: dict[str, Any]) -> list[Compared]:
    return play(read(small.write(tmp_path / "cassette.yaml", *interactions)))


def where(compared: list[Compared]) -> list[str]:
    return [deviation.where for one in compared for deviation, name in one.deviations if name is None]


def test_a_faithful_recording_matches(tmp_path: Path) -> None:
    """A cluster that was there is seeded, read and deleted; its polls are scored apart."""
    polls = [small.poll("09:10:30", "InProgress"), small.poll("09:11:00", "Succeeded")]
    compared = replayed(tmp_path, small.cluster(), small.identity(), small.deletion(), *polls)
    assert where(compared) == []
    assert score(compared) == "compared 3, matched 3, polls 2 of 2"


def test_the_directory_replicates_when_the_recording_says(tmp_path: Path) -> None:
    """A principal is not found for as long as it was not found in Azure, under the simulator's own id."""
    refused = [
        small.grant(f"aaaaaaaa-0000-4000-8000-00000000001{n}", f"09:00:0{n}", 400, small.not_found()) for n in "12"
    ]
    compared = replayed(tmp_path, small.identity(), *refused, small.missing_cluster())
    assert where(compared) == []


def test_other_requests_are_skipped(tmp_path: Path) -> None:
    """What the simulator does not have is counted, and not compared."""
    other = small.interaction("GET", f"{small.GROUP}/providers/Microsoft.Compute/disks/d", "09:00:00", 200, {})
    assert score(replayed(tmp_path, other)) == "compared 0, matched 0, polls 0 of 0"


def _status(entry: dict[str, Any]) -> None:
    entry["response"]["status"]["code"] = 202


def _header(entry: dict[str, Any]) -> None:
    entry["response"]["headers"]["Retry-After"] = ["10"]


def _body(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def tamper(entry: dict[str, Any]) -> None:
        body = entry["response"]["body"]
        assert old in body["string"]
        body["string"] = body["string"].replace(old, new)

    return tamper


@pytest.mark.parametrize(
    ("original", "tamper", "found"),
    [
        (small.cluster(), _status, "status"),
        (small.cluster(), _header, "header retry-after"),
        (small.cluster(), _body('"enableRBAC": true, ', ""), "managedClusters.properties.enableRBAC"),
        (small.cluster(), _body('"sku"', '"novel": 1, "sku"'), "managedClusters.novel"),
        (
            small.identity(),
            _body('"tags": {}', '"tags": "none"'),
            "userAssignedIdentities.tags",
        ),
        (small.missing_cluster(), _body("ResourceNotFound", "NotFound"), "error code"),
        (small.missing_cluster(), _body('{"error": {', '{"x": {"a": 1}, "error": {'), None),
    ],
)
def test_a_tampered_recording_is_reported(tmp_path: Path, original: Any, tamper: Any, found: str | None) -> None:
    """Another status, header, error code or type, and a missing or new member, are each found; noise is not."""
    entry = copy.deepcopy(original)
    tamper(entry)
    compared = replayed(tmp_path, entry)
    if found is None:
        assert where(compared) == []
        return
    assert found in where(compared)
    assert has_unexplained(compared)


def test_a_seeded_cluster_is_not_a_mirror(tmp_path: Path) -> None:
    """The state of a second, tampered reading is not taken over from the recording: it is a deviation."""
    compared = replayed(tmp_path, small.cluster(), small.cluster("09:06:00", provisioningState="Failed"))
    assert where(compared) == ["managedClusters.properties.provisioningState"]


@pytest.mark.parametrize("packed", ["gzip", "base64"])
def test_packed_bodies_are_read(tmp_path: Path, packed: str) -> None:
    """Bodies that are compressed, or in base64, are the same bodies."""
    entry = small.missing_cluster()
    raw = gzip.compress(entry["response"]["body"]["string"].encode())
    body = {"string": raw} if packed == "gzip" else {"base64_string": base64.b64encode(raw).decode()}
    entry["response"]["body"] = body
    assert where(replayed(tmp_path, entry)) == []


def test_incomplete_recordings_do_not_stop_a_replay(tmp_path: Path) -> None:
    """Entries without a response, without a date, or with bodies of another kind are lived with."""
    undated = small.missing_cluster()
    undated["response"]["headers"] = {}
    odd = small.cluster(agentPoolProfiles="none", networkProfile=7)
    compared = replayed(tmp_path, {"request": {}}, undated, odd)
    assert len(compared) == 2


def _run(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulator.replay", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_exit_status_tells(tmp_path: Path) -> None:
    """0 where all is as recorded, 1 where it is not, 2 and one sentence where a file is no cassette."""
    good = small.write(tmp_path / "good.yaml", small.missing_cluster())
    bad = small.missing_cluster()
    _status(bad)
    broken = tmp_path / "broken.yaml"
    broken.write_text("{]")
    assert _run(good).returncode == 0
    assert _run(good).stdout.splitlines()[-1] == f"{good}: compared 1, matched 1, polls 0 of 0"
    assert _run(small.write(tmp_path / "bad.yaml", bad)).returncode == 1
    for file in (broken, tmp_path / "absent.yaml"):
        done = _run(file)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(not FILES, reason="there are no recordings beside this repository")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_real_recordings_hold_no_surprise(file: Path) -> None:
    """Every deviation from real Azure traffic has an explanation, every poll is as recorded, and the page says so."""
    compared = play(read(file))
    unexplained = [line for line in report(file, compared) if line.endswith("(unexplained)")]
    assert unexplained == []
    numbers = re.findall(r"\d+", score(compared))
    page = (ROOT / "docs" / "replay.md").read_text()
    assert f"| `{file.name}` | {' | '.join(numbers)} |" in page


def test_the_page_lists_every_explanation() -> None:
    """Each explained deviation is on the page, with its reason and its source."""
    page = (ROOT / "docs" / "replay.md").read_text()
    for name, why in EXPLAINED.items():
        assert f"| `{name}` | {why.reason} | {why.source} |" in page


def test_what_is_not_simulated_is_explained_by_name(tmp_path: Path) -> None:
    """A request that the simulator refuses in its own words is a deviation with a name, not a match."""
    path = f"{small.CLUSTER}/agentPools/more?api-version=2024-05-01"
    deleted = small.interaction("DELETE", path, "09:06:00", 202, {})
    compared = replayed(tmp_path, small.cluster(), deleted)
    assert {name for _, name in compared[-1].deviations} == {"request-not-simulated"}
    assert not has_unexplained(compared)
