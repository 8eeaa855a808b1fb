"""A Prefect server, on which the commands of docs/deploying.md have been typed."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.deployments.commands import DEPLOY, POOL, command
from tests.prefect_fixture import home_with_tables
from tests.prefect_server import prefect_server


@pytest.fixture(scope="session")
def home(prefect: str, prefect_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Prefect keeps what it keeps."""
    return home_with_tables(tmp_path_factory.mktemp("home"), prefect_tables)


@pytest.fixture(scope="session")
def api(home: Path) -> Generator[str]:
    """The API of a server that was fresh; the pool was made, and everything deployed."""
    with prefect_server(home) as server:
        for words in (POOL, DEPLOY):
            done = command(server.api, home, *words)
            assert done.returncode == 0, done.stdout + done.stderr
        yield server.api
