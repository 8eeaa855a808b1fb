"""The installed command, as a person starts it: a process of its own, with a home of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from simulator import Simulator


def start(
    *arguments: str, home: Path, azure: Simulator | None = None, prefect: str | None = None
) -> subprocess.Popen[str]:
    """Start `fleet-identity` in a process group of its own; without `prefect` it starts a server of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FLEET_"))}
    given = {"PREFECT_API_URL": prefect} if prefect else {}
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        env={**own, **given, **(azure.env if azure else {}), "PREFECT_HOME": str(home), "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(
    *arguments: str, home: Path, azure: Simulator | None = None, prefect: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `fleet-identity` to its end."""
    with start(*arguments, home=home, azure=azure, prefect=prefect) as process:
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def states(document: str) -> dict[str, str]:
    """Read the state of each cluster, by name, from `--output json`."""
    clusters: list[dict[str, Any]] = json.loads(document)["clusters"]
    return {cluster["id"].rsplit("/", 1)[-1]: cluster["state"] for cluster in clusters}
