"""The real Azure CLI, as a person runs it: a process of its own, which cannot leave this machine."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
AZ = Path(os.environ.get("AZ", ROOT / ".venv-az" / "bin" / "az"))
MISSING = f"no Azure CLI at {AZ}: `make test-az` installs one, and the variable AZ may name another"
NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: whatever asks for a host other than this one fails."""


class AzFailedError(AssertionError):
    """A command ended badly; says what az printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureCli:
    """Runs az with an environment and a home of its own."""

    home: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, command: str, *arguments: str) -> Any:
        """Run a command, its words separated by blanks, and read what it printed; arguments are taken as they are."""
        ran = self._run([*command.split(), *arguments])
        if ran.returncode:
            raise AzFailedError(f"az {command} {' '.join(arguments)}: {ran.stderr}")
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def _run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(AZ), *arguments, "--output", "json"],
            env={**_surroundings(self.home), **self.env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def _surroundings(home: Path) -> dict[str, str]:
    proxies = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"), NOWHERE)
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(home),
        "AZURE_CONFIG_DIR": str(home / "azure"),
        "NO_PROXY": "localhost,127.0.0.1",
        **proxies,
    }
