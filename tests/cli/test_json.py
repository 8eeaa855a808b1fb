"""`--output json`: standard output is one JSON document, of a result or of what went wrong."""

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from cli.main import app, run
from tests.azure_fixture import SimulatorFactory
from tests.cli import command
from tests.worlds import CLUSTER_ID, SUBSCRIPTION, one_cluster

NO_RUN = "0f0f0f0f-0000-4000-8000-000000000000"
PRINTS_A_SCRIPT = {"completion"}
FINDS_NOTHING: dict[str, list[str]] = {
    "assess": ["--cluster", "prod"],
    "migrate": ["--cluster", "prod"],
    "undo-preparation": ["--cluster", "prod"],
    "create": ["--cluster", "prod", "--location", "westeurope"],
    "validate": ["no-such.yaml"],
    "approve": [NO_RUN, "--decision", "perhaps"],
    "simulate": ["--world", "no-such.yaml"],
    "demo": ["--pace", "fast"],
    "ui": ["--pace", "fast"],
}
"""Of each command, arguments that are wrong."""
COMMANDS = sorted(name for name in app if not name.startswith("-") and name not in PRINTS_A_SCRIPT)
SPEC = """\
scope: {subscriptions: [11111111-1111-1111-1111-111111111111]}
strategy:
  stages:
    - {name: all, groups: [{name: everything, rest: true, max_concurrency: 5%}]}
"""


def document(out: str) -> Any:
    return json.loads(out)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_what_went_wrong(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence that standard error shows is in a document, with the exit status, and nothing else is there."""
    assert run([name, *FINDS_NOTHING[name], "--output", "json"]) == 2
    out, err = capsys.readouterr()
    error = document(out)["error"]
    assert error == {
        "exit_status": 2,
        "message": error["message"],
        "code": None,
        "resource_id": None,
        "correlation_id": None,
    }
    assert err == f"fleet-identity: {error['message']}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_offers_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--output json is among the options of every command that prints a result."""
    assert run([name, "--help"]) == 0
    out = " ".join(re.sub("[│\n]", " ", capsys.readouterr().out).split())
    assert re.search(r"--output CHOICE .*\[choices: [a-z, ]*json", out)


def test_without_it_nothing_is_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Who has not asked for JSON gets the sentence alone."""
    assert run(["validate", "no-such.yaml"]) == 2
    assert capsys.readouterr().out == ""


def test_validate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Stages and groups, as the file has them, and what holds where it says nothing."""
    (tmp_path / "fleet.yaml").write_text(SPEC)
    assert run(["validate", str(tmp_path / "fleet.yaml"), "--output=json"]) == 0
    told = document(capsys.readouterr().out)
    (stage,) = told["stages"]
    assert (stage["name"], stage["max_concurrency"], stage["after_gates"]) == ("all", "50", [])
    (group,) = stage["groups"]
    assert (group["name"], group["max_concurrency"], group["rest"]) == ("everything", "5%", True)
    assert (told["window"], told["maintenance_windows"]) == (None, False)


@pytest.mark.dry_run
@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["assess", "--subscription", SUBSCRIPTION], {"clusters", "summary"}),
        (["migrate", "--cluster", CLUSTER_ID], {"clusters", "summary"}),
        (["undo-preparation", "--cluster", CLUSTER_ID], {"clusters", "summary"}),
        (["create", "--cluster", f"{CLUSTER_ID}-new", "--location", "westeurope"], {"clusters", "summary"}),
    ],
    ids=["assess", "migrate", "undo-preparation", "create"],
)
def test_results(
    arguments: list[str], keys: set[str], simulate: SimulatorFactory, prefect: str, tmp_path: Path
) -> None:
    """What a run comes to is one document."""
    azure = simulate(one_cluster())
    ended = command.run(*arguments, "--output", "json", home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 0, ended.stderr
    assert keys <= set(document(ended.stdout))


@pytest.mark.dry_run
def test_what_azure_refused(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """An error of Azure's is told with its code, so that a program can tell one from another."""
    azure = simulate(one_cluster())
    nowhere = ("--subscription", "00000000-0000-0000-0000-000000000000", "--output", "json")
    ended = command.run("migrate", *nowhere, home=tmp_path, azure=azure, prefect=prefect)
    error = document(ended.stdout)["error"]
    assert (ended.returncode, error["exit_status"]) == (3, 3)
    assert error["code"] == "SubscriptionNotFound"
    assert "Check the subscription's id" in error["message"]


def test_approve(prefect: str, tmp_path: Path) -> None:
    """A run that is not there is told in a document too; who is answered gets one, says test_gates.py."""
    ended = command.run("approve", NO_RUN, "--output", "json", home=tmp_path, prefect=prefect)
    assert ended.returncode == 3
    assert "There is no run" in document(ended.stdout)["error"]["message"]


def test_a_profile_names_the_server(prefect: str, tmp_path: Path) -> None:
    """What `prefect config set` has stored is heeded as the variable is."""
    (tmp_path / "profiles.toml").write_text(f'active = "ours"\n[profiles.ours]\nPREFECT_API_URL = "{prefect}"\n')
    ended = command.run("approve", NO_RUN, home=tmp_path)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "There is no run" in ended.stderr


def test_prefect_does_not_answer(prefect: str, tmp_path: Path) -> None:
    """One sentence, where nobody listens, and where the address is the UI's, not the API's."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and not listening
        nowhere = f"http://127.0.0.1:{nobody.getsockname()[1]}/api"
        for address, told in ((nowhere, "check PREFECT_API_URL"), (prefect.removesuffix("/api"), "must end in /api")):
            for words in (("approve", NO_RUN), ("assess",)):
                ended = command.run(*words, home=tmp_path, prefect=address)
                assert ended.returncode == 1
                assert told in ended.stderr
                assert len(ended.stderr.strip().splitlines()) == 1
