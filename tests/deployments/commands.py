"""The commands that docs/deploying.md tells people to type, as they type them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import DeploymentSort
from prefect.settings import PREFECT_API_URL, temporary_settings

ROOT = Path(__file__).parent.parent.parent
POOL = ("prefect", "work-pool", "create", "--type", "process", "fleet-identity")
DEPLOY = ("prefect", "--no-prompt", "deploy", "--all")
MAKE = ("python", "-m", "deployments.automations")
_PATIENCE = 300


def command(api: str, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command at the root of the project, with PREFECT_API_URL set; give how it ended and what it told."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FLEET_"))}
    env = own | {"PREFECT_API_URL": api, "PREFECT_HOME": str(home), "COLUMNS": "200"}
    program, *rest = words
    return subprocess.run(
        [sys.executable, *(() if program == "python" else ("-m", program)), *rest],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


async def deployed(api: str) -> dict[str, DeploymentResponse]:
    """Read every deployment of a server, by its name."""
    with temporary_settings({PREFECT_API_URL: api}):
        async with get_client() as client:
            return {one.name: one for one in await client.read_deployments(sort=DeploymentSort.NAME_ASC, limit=200)}


def without_times(one: DeploymentResponse) -> dict[str, Any]:
    """Give all that is said of a deployment, but for when it was last written or polled."""
    told = one.model_dump(mode="json", exclude={"updated", "last_polled", "status"})
    told["schedules"] = [{key: value for key, value in each.items() if key != "updated"} for each in told["schedules"]]
    return told
