"""`fleet-identity simulate`: announces itself in one line of JSON, and ends when it is asked to."""

import json
import signal
import ssl
import subprocess
import urllib.request
from pathlib import Path

import pytest

from simulator.generate import generated
from tests.cli.command import start

WORLD = Path(__file__).parent.parent.parent / "cli" / "demo.yaml"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_stopped(tmp_path: Path, ending: signal.Signals) -> None:
    """The line tells where it is, whom to trust and what to export; the signal ends it without a word."""
    with start("simulate", "--world", str(WORLD), home=tmp_path) as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        assert set(ready) == {"arm", "ca", "tenant", "subscriptions", "env"}
        context = ssl.create_default_context(cafile=ready["ca"])
        with urllib.request.urlopen(f"{ready['arm']}/_simulator/state", context=context) as answer:
            assert len(json.load(answer)["clusters"]) == 12
        process.send_signal(ending)
        out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == ("", "", 0)


def test_it_generates_a_fleet(tmp_path: Path) -> None:
    """--generate, --seed and --subscriptions give the very world that the library generates."""
    with start("simulate", "--generate", "25", "--seed", "3", "--subscriptions", "4", home=tmp_path) as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        context = ssl.create_default_context(cafile=ready["ca"])
        with urllib.request.urlopen(f"{ready['arm']}/_simulator/state", context=context) as answer:
            names = [cluster["arm"]["name"] for cluster in json.load(answer)["clusters"]]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    world = generated(25, seed=3, subscriptions=4)
    assert names == [cluster.name for cluster in world.clusters]
    assert ready["subscriptions"] == [subscription.id for subscription in world.subscriptions]
    assert len(ready["subscriptions"]) == 4


def test_it_prints_what_a_shell_reads(tmp_path: Path) -> None:
    """`--output env` gives lines that a shell can source, with what the line of JSON holds in `env`."""
    with start("simulate", "--world", str(WORLD), "--output", "env", home=tmp_path) as process:
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        lines = first + process.stdout.read()
        assert process.stderr
        assert "Ctrl-C stops it" in process.stderr.read()
    script = f"{lines}echo $FLEET_IDENTITY_ARM_ENDPOINT $AZURE_CLIENT_SECRET $ARM_CLOUD_METADATA_URL"
    shell = subprocess.run(["/bin/sh", "-c", script], env={}, capture_output=True, text=True, check=True)
    arm, secret, metadata = shell.stdout.split()
    assert (secret, metadata) == ("not-a-secret", f"{arm}/metadata/endpoints?api-version=2019-05-01")
