"""`fleet-identity completion`: a real shell completes by the script that it prints."""

import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from cli.main import app, run

COMMANDS = {name for name in app if not name.startswith("-")}


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["completion", shell]) == 0
    return capsys.readouterr().out


def completed(words: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Ask bash, as it asks itself when the tabulator is pressed."""
    asking = f"""{script("bash", capsys)}
        COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
        $(complete -p fleet-identity | sed -E 's/.*-F ([^ ]+) .*/\\1/')
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    bash = subprocess.run([which("bash") or "bash", "--norc"], input=asking, capture_output=True, text=True, check=True)
    return set(bash.stdout.split())


def test_bash(capsys: pytest.CaptureFixture[str]) -> None:
    """Bash completes the names of commands, of options, and the values of one."""
    assert completed("fleet-identity ''", capsys) == COMMANDS
    assert completed("fleet-identity mi", capsys) == {"migrate"}
    assert "--max-concurrency" in completed("fleet-identity migrate --max", capsys)
    assert completed("fleet-identity assess --output ''", capsys) == {"table", "json", "csv", "html"}


@pytest.mark.skipif(not which("zsh"), reason="zsh is not installed")
def test_zsh(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Zsh takes the script both ways: typed into it, and as a file on its path of functions."""
    begin = "autoload -Uz compinit && compinit -u -D"
    sourced = f"{begin}\n{script('zsh', capsys)}\nprint $_comps[fleet-identity]"
    (tmp_path / "_cyclopts_fleet-identity").write_text(script("zsh", capsys))
    loaded = f"fpath=({tmp_path} $fpath)\n{begin}\nprint $_comps[fleet-identity]"
    for asking in (sourced, loaded):
        told = subprocess.run([which("zsh") or "zsh", "-f"], input=asking, capture_output=True, text=True, check=True)
        assert (told.stdout.strip(), told.stderr) == ("_cyclopts_fleet-identity", "")


@pytest.mark.skipif(not which("fish"), reason="fish is not installed")
def test_fish(capsys: pytest.CaptureFixture[str]) -> None:
    """Fish completes the names of commands."""
    asking = f"{script('fish', capsys)}\ncomplete -C 'fleet-identity mig'"
    fish = subprocess.run(
        [which("fish") or "fish", "--no-config"], input=asking, capture_output=True, text=True, check=True
    )
    assert fish.stdout.split("\t")[0].strip() == "migrate"


def test_it_is_quick() -> None:
    """The command line is there without what only a run needs: Prefect, the Azure SDKs, the simulator."""
    asking = "import sys, cli.main; print({'prefect', 'azure', 'simulator', 'jinja2'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_another_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """A shell that is not known is bad usage."""
    assert run(["completion", "csh"]) == 2
    assert "csh" in capsys.readouterr().err
