"""Running the simulator: as a process, over its control surface, with credentials from its environment."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

from simulator import Simulator, SimulatorError, running
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import clients
from tests.worlds import CLUSTER_ID, FAMILY, one_cluster


def control(simulator: Simulator, path: str, body: Any = None) -> tuple[int, Any]:
    """Ask the control surface: GET, or POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{simulator.arm}/_simulator/{path}", data=data)
    try:
        with urlopen(request, context=ssl.create_default_context(cafile=str(simulator.ca))) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


async def test_the_control_surface_shows_and_moves_everything(simulate: SimulatorFactory) -> None:
    """State, journal, incidents, images, clock, faults and reset, in the shapes that are promised."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        await azure.cluster()
    assert [r["path"] for r in control(simulator, "journal")[1]["requests"]][1].lower() == CLUSTER_ID.lower()
    assert control(simulator, "incidents") == (200, {"incidents": []})
    assert control(simulator, "images", {"family": FAMILY, "version": "9"})[1] == {"newest": f"{FAMILY}-9"}
    assert control(simulator, "clock", {"advance": 86400})[1]["now"].startswith("2026-11-03T06:00:")
    assert control(simulator, "faults", {"rules": [{"drop": True}]})[1] == control(simulator, "faults")[1]
    state = control(simulator, "state")[1]
    assert state["clusters"][0]["id"] == CLUSTER_ID
    assert state["clusters"][0]["arm"]["properties"]["provisioningState"] == "Succeeded"
    assert {node["kubelet"] for node in state["clusters"][0]["nodes"]} == {"service-principal"}
    assert control(simulator, "reset", {}) == (200, {})
    assert control(simulator, "journal")[1] == {"requests": []}
    assert control(simulator, "faults")[1] == {"rules": []}


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("clock", {"advance": -1}, "Time does not run backwards"),
        ("clock", {"advance": "an hour"}, "The body needs 'advance'"),
        ("images", {"family": "x", "version": "1"}, "No image family is named 'x'."),
        ("faults", {"rules": [{"error": "x"}]}, "no error is named 'x'"),
        ("faults", ["x"], "The body must be a JSON object."),
    ],
)
def test_bad_control_input_is_refused_in_one_sentence(
    simulate: SimulatorFactory, path: str, body: Any, sentence: str
) -> None:
    """Bad control input is a 400."""
    status, answer = control(simulate(one_cluster()), path, body)
    assert status == 400
    assert sentence in answer["error"]


CLIENT = """
import asyncio, os
from azure.identity.aio import DefaultAzureCredential
async def main():
    async with DefaultAzureCredential() as credential:
        await credential.get_token(os.environ["FLEET_IDENTITY_ARM_ENDPOINT"] + "/.default")
asyncio.run(main())
"""


def test_the_environment_is_enough_for_azure_identity(simulate: SimulatorFactory) -> None:
    """A process that is given nothing else gets its token from the simulator and trusts it.

    It takes a process of its own: aiohttp reads SSL_CERT_FILE when it is imported.
    """
    simulator = simulate(one_cluster())
    subprocess.run([sys.executable, "-c", CLIENT], env=os.environ | simulator.env, check=True)
    assert [exchange.path for exchange in simulator.journal] == [f"/{simulator.tenant}/oauth2/v2.0/token"]


def test_a_port_in_use_is_one_sentence() -> None:
    """No traceback for a port that somebody else has."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(SimulatorError, match=f"Port {port} of 127.0.0.1 cannot be used"),
            running(one_cluster(), port=port),
        ):
            pass


def test_a_pace_of_nothing_is_refused() -> None:
    """Time must pass."""
    with pytest.raises(SimulatorError, match="pace"), running(one_cluster(), pace=0):
        pass


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_process_announces_itself_and_ends_cleanly(tmp_path: Path, ending: signal.Signals) -> None:
    """One line of JSON when clients may come; nothing left behind after a signal."""
    world = tmp_path / "world.yaml"
    world.write_text(yaml.safe_dump(one_cluster()), encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "simulator", "--world", str(world), "--pace", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        announced = json.loads(process.stdout.readline())
        ca = Path(announced["ca"])
        assert ca.exists()
        assert announced["env"]["FLEET_IDENTITY_PACE"] == "60"
        process.send_signal(ending)
        assert process.wait(timeout=10) == 0
    assert not ca.exists()
