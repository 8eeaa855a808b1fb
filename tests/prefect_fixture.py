"""Prefect's own engine and server for tests, once a session; and homes for servers that a test starts itself."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from cli.prefect_profile import apply_prefect_profile

apply_prefect_profile()
os.environ.setdefault("FLEET_IDENTITY_PACE", "20000")  # retry delays are fixed when tasks are imported


@pytest.fixture(scope="session")
def prefect_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a database lies that has Prefect's tables and nothing in them, as soon as `prefect` has started."""
    return tmp_path_factory.mktemp("prefect") / "prefect.db"


@pytest.fixture(scope="session")
def prefect(prefect_tables: Path) -> Generator[str]:
    """A Prefect server with an empty database of its own; gives its API's address, for other processes."""
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_DATABASE_CONNECTION_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        url = str(PREFECT_SERVER_DATABASE_CONNECTION_URL.value())
        copy_database(Path(url.removeprefix("sqlite+aiosqlite:///")), prefect_tables)
        yield str(PREFECT_API_URL.value())


@pytest.fixture
def prefect_home(prefect: str, prefect_tables: Path, tmp_path: Path) -> Path:
    """A home for a server of the test's own. Its tables are there: to make them is more than half of a first start."""
    return home_with_tables(tmp_path / "prefect", prefect_tables)


def home_with_tables(home: Path, tables: Path) -> Path:
    """Make a home of Prefect's that has such a database already."""
    home.mkdir(parents=True, exist_ok=True)
    copy_database(tables, home / "prefect.db")
    return home


def copy_database(source: Path, copy: Path) -> None:
    """Copy a database that may be open."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(copy)) as written:
        read.backup(written)
