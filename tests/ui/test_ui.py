"""`fleet-identity ui`: what it starts, and that nothing of it is left."""

import json
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.main import run
from deployments.described import described
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.fleet.spec_file import read_spec
from tests.ui.command import Shown, shown

CLI = Path(__file__).parent.parent.parent / "cli"


def asked(here: Shown, what: str, **question: Any) -> Any:
    """Ask the API of Prefect's server."""
    body = json.dumps(question).encode()
    request = urllib.request.Request(f"{here.address}/api/{what}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.fixture
def in_the_background() -> Iterator[None]:
    """Start as a shell starts what it does not wait for: with Ctrl-C ignored, until the process says else."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """One that was asked for is told of, and nothing is started."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run(["ui", "--port", str(port)]) == 2
    told = capsys.readouterr().err
    assert (
        told
        == f"fleet-identity: --port: something else listens on port {port}; name another, or none for a free one.\n"
    )


def test_the_fleet_is_that_of_the_world() -> None:
    """The forms name the subscriptions that the pretended Azure has."""
    there = yaml.safe_load((CLI / "demo.yaml").read_text())["subscriptions"]
    assert read_spec(CLI / "demo.fleet.yaml").scope.subscriptions == tuple(one["id"] for one in there)


@pytest.mark.alone
@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_what_is_started_ends(tmp_path: Path, in_the_background: None, ends: signal.Signals) -> None:
    """All deployments take runs, the fleet is filled in, dry; and after Ctrl-C, or a kill, there is nothing left."""
    with shown(tmp_path, "--output", "json") as here:
        told = asked(here, "deployments/filter")
        assert {(one["name"], one["status"]) for one in told} == {(one.name, "READY") for one in described()}
        form = next(one["parameters"] for one in told if one["name"] == "migrate-fleet")
        assert form["dry_run"] is True
        assert FleetSpec.model_validate(form["fleet"]).has_approvals
        assert len(here.left()) > 3
        here.process.send_signal(ends)
        out, err = here.process.communicate(timeout=60)
        assert out == ""
        said, _, last = err.partition("keeps nothing.\n\n")
        assert said.startswith("Starting the simulator")
        assert last == ("Stopped. Nothing is left of it.\n" if ends is signal.SIGINT else "")
        if ends is signal.SIGINT:
            assert here.process.returncode == 0
        assert here.left() == []
