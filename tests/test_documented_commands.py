"""Every command that the pages tell people to type is one that works."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import app, run
from tests.documented_commands import ROOT, Command, commands_of, documented

COMMANDS = list({one.words: one for one in documented()}.values())
OF_HEAD = {head: [one for one in COMMANDS if one.head == head] for head in {one.head for one in COMMANDS}}
RUN_BY = {
    "assess": "tests/cli/test_assess.py",
    "approve": "tests/flows/test_gates.py",
    "completion": "tests/cli/test_completion.py",
    "create": "tests/cli/test_json.py",
    "demo": "tests/cli/test_demo.py",
    "migrate": "tests/cli/test_migrate.py",
    "simulate": "tests/cli/test_simulate.py",
    "ui": "tests/ui/test_ui.py",
    "undo-preparation": "tests/cli/test_undo_preparation.py",
    "validate": "tests/test_documented_commands.py",
}
"""The test that really runs each command of ours."""
MODULES_RUN_BY = {
    "benchmarks.makespan": "tests/test_makespan.py",
    "benchmarks.polling": "tests/gateway/test_allowances.py",
    "benchmarks.requests": "tests/test_requests.py",
    "deployments.automations": "tests/deployments/test_automations.py",
    "deployments.azure_role": "tests/deployments/test_azure_role.py",
    "deployments.serve": "tests/deployments/test_serve.py",
    "deployments.work_pool": "tests/flows/test_dispatch.py",
    "simulator.replay": "tests/replay/test_replay.py",
}
"""The test that runs each module, or what it is made of."""
NOT_OURS = {
    "az": "the Azure CLI's; tests/az runs it",
    "source": "reads a file that a command of the same page has written; tests/cli/test_simulate.py does the same",
    "docker": "needs Docker; tests/deployments/test_compose.py reads the file, and asks Docker where it is installed",
    "export": "sets what the commands after it read",
    "prefect.engine": "what Prefect starts for a run; named, not typed",
}


def found(head: str) -> list[Command]:
    return OF_HEAD.get(head, [])


def named(command: Command) -> str:
    return f"{command.page}: {command.text}"


def is_named_only(command: Command) -> bool:
    """Whether running text only names a command, without what it would need to be typed."""
    return command.inline and len(command.words) == 2


def test_the_pages_are_read() -> None:
    """Blocks, fences, lists and running text give their commands; comments, redirections and prose do not."""
    page = """
Say `fleet-identity approve <run> --decision approve|skip` or `make test`, and `--apply` is no command.

    .venv/bin/fleet-identity assess --output html > fleet.html    # one file
    source <(fleet-identity completion bash)

1. In a list:

       prefect worker start --pool POOL

```
make bench \\
  bench-quick
not a command
```
"""
    assert [(one.head, *one.words[1:]) for one in commands_of("page.md", page)] == [
        ("fleet-identity", "assess", "--output", "html"),
        ("fleet-identity", "completion", "bash"),
        ("prefect", "worker", "start", "--pool", "POOL"),
        ("make", "bench", "bench-quick"),
        ("fleet-identity", "approve", "0f0f0f0f-0000-4000-8000-000000000000", "--decision", "approve"),
        ("make", "test"),
    ]
    assert len(found("fleet-identity")) > 25
    assert len(found("make")) > 6


@pytest.mark.parametrize("command", found("fleet-identity"), ids=named)
def test_the_command_line_is_understood(command: Command) -> None:
    """It is parsed by the very command, down to the values of its options; and a test runs a command of that name."""
    words = command.words[1:]
    if is_named_only(command):
        assert words[0] in app
    else:
        app.parse_args(words, exit_on_error=False, print_error=False)
    if words[0].startswith("-"):
        return
    test = RUN_BY.get(words[0])
    assert test, f"No test runs `fleet-identity {words[0]}`: write one, and name it in {Path(__file__).name}."
    assert words[0].replace("-", "_") in (ROOT / test).read_text().replace("-", "_")


@pytest.mark.parametrize("command", found("make"), ids=named)
def test_the_target_exists(command: Command) -> None:
    """The Makefile has it."""
    makefile = (ROOT / "Makefile").read_text()
    targets = [
        *re.findall(r"^([a-z-]+):", makefile, re.MULTILINE),
        f"{re.findall(r'^VENV := (.*)', makefile, re.MULTILINE)[0]}/.ready",
    ]
    unknown = [word for word in command.words[1:] if "=" not in word and word not in targets]
    assert not unknown, f"The Makefile has no target {', '.join(unknown)}, which {command.page} tells people to make."


@pytest.mark.parametrize("command", found("python"), ids=named)
def test_the_module_exists(command: Command) -> None:
    """`python -m` finds it, and a test runs it."""
    module = command.words[2]
    assert command.words[1] == "-m"
    assert importlib.util.find_spec(module)
    test = MODULES_RUN_BY.get(module)
    assert test or module in NOT_OURS, f"No test runs `python -m {module}`: write one, and name it here."
    assert not test or module.rpartition(".")[2] in (ROOT / test).read_text()


@pytest.mark.parametrize("command", found("prefect"), ids=named)
def test_prefect_knows_it(command: Command, tmp_path: Path) -> None:
    """Prefect's own command has this part, and these options."""
    parts = [word for word in command.words[1:3] if not word.startswith("-")]
    asked = [sys.executable, "-m", "prefect", *parts, "--help"]
    env = {**os.environ, "PREFECT_HOME": str(tmp_path), "COLUMNS": "200"}
    told = subprocess.run(asked, env=env, capture_output=True, text=True, check=True).stdout
    assert [word for word in command.words if word.startswith("--") and word not in told] == []


def test_all_others_are_accounted_for() -> None:
    """A command that no test covers is told here, not to a reader."""
    known = {"fleet-identity", "make", "python", "prefect", *NOT_OURS}
    strangers = [named(one) for one in COMMANDS if one.head not in known]
    assert not strangers, f"No test covers {strangers}: write one, and name its head in {Path(__file__).name}."


@pytest.mark.parametrize(
    "command",
    [
        one
        for one in found("fleet-identity")
        if not is_named_only(one) and (one.words[-1] == "--help" or one.words[1] in {"completion", "validate"})
    ],
    ids=named,
)
def test_what_costs_nothing_is_run(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands that ask nothing of anybody do what the page says; fleet.yaml is the example that is shipped."""
    example = (ROOT / "deployments" / "fleet.example.yaml").read_text()
    (tmp_path / "fleet.yaml").write_text(example)
    monkeypatch.chdir(tmp_path)
    assert run(list(command.words[1:])) == 0
    assert capsys.readouterr().out
