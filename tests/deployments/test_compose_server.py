"""The server of docker-compose.yaml, with its settings, as a process of this machine: PostgreSQL, Redis, a password."""

import asyncio
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Completed

from deployments.automations import make
from deployments.work_pool import deploy_to
from tests.cli.command import run as run_command
from tests.deployments.compose import server_settings
from tests.deployments.redis_server import PROGRAM, redis
from tests.deployments.runs import more_runs, start
from tests.flows.postgres import database, unreachable
from tests.prefect_server import prefect_server

pytestmark = pytest.mark.alone

AUTH = "somebody:something"
NO_RUN = "0f0f0f0f-0000-4000-8000-000000000000"


@pytest.fixture
def api(tmp_path: Path) -> Generator[str]:
    """That server's API; skipped where there is no PostgreSQL or no Redis."""
    if why := unreachable() or ("" if PROGRAM else "redis-server is not installed"):
        pytest.skip(why)
    with database() as address, redis(tmp_path) as port:
        here = server_settings(
            PREFECT_API_DATABASE_CONNECTION_URL=address,
            PREFECT_REDIS_MESSAGING_HOST="127.0.0.1",
            PREFECT_REDIS_MESSAGING_PORT=port,
            PREFECT_SERVER_API_AUTH_STRING=AUTH,
            PREFECT_SERVER_UI_STATIC_DIRECTORY=str(tmp_path / "ui"),
        )
        with prefect_server(tmp_path, here) as server:
            yield server.api


async def test_it_serves_whoever_has_the_auth_string(api: str, tmp_path: Path) -> None:
    """Without it nothing is answered but that it is well, and commands say so; with it the flows are deployed.

    Events reach automations, too, through Redis: that the assessment's state starts the nightly run shows it.
    """
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.get(f"{api}/health")).json() is True
        assert (await stranger.post(f"{api}/flows/filter", json={})).status_code == 401
    for words in (("approve", NO_RUN), ("assess",)):
        refused = await asyncio.to_thread(run_command, *words, home=tmp_path, prefect=api)
        assert refused.returncode == 3
        assert "set PREFECT_API_AUTH_STRING" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
    with temporary_settings({PREFECT_API_URL: api, PREFECT_API_AUTH_STRING: AUTH}):
        await deploy_to("fleet-identity")
        await deploy_to("fleet-identity")
        await make(notify=None, go_on=True)
        async with get_client() as client:
            run = await start(client, "assess-fleet")
            await client.set_flow_run_state(run.id, Completed(name="NodeImagesAvailable"), force=True)
            assert await more_runs(client, "migrate-fleet-nightly", 0) == 1
