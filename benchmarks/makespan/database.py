"""A fresh database for Prefect's server: on PostgreSQL where it can be reached, else SQLite."""

import asyncio
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
_PATIENCE = 10
"""Seconds in which a server must answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where Prefect's server keeps its data."""

    name: str
    """For people: PostgreSQL with its version, or SQLite."""
    url: str
    """For Prefect."""


@contextmanager
def fresh_database(server: str, home: Path) -> Generator[Database]:
    """Make an empty database, and drop it with the block."""
    version = asyncio.run(_asked(server, "SHOW server_version"))
    if version is None:
        yield Database(name="SQLite", url=f"sqlite+aiosqlite:///{home}/prefect.db")
        return
    name = f"fleet_bench_{uuid.uuid4().hex[:12]}"
    # of template0, which nobody is connected to: template1 can't be copied while somebody is
    asyncio.run(_asked(server, f'CREATE DATABASE "{name}" TEMPLATE template0'))
    try:
        url = urlsplit(server)._replace(scheme="postgresql+asyncpg", path=f"/{name}")
        yield Database(name=f"PostgreSQL {str(version).split()[0]}", url=urlunsplit(url))
    finally:
        asyncio.run(_asked(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


async def _asked(server: str, statement: str) -> object:
    """Give the first value of a statement's answer; None where there is no server."""
    try:
        connection = await asyncpg.connect(server, timeout=_PATIENCE)
    except OSError:
        return None
    except asyncpg.PostgresError as error:
        raise RuntimeError(f"PostgreSQL refuses us ({error}): name a server and a user with --database.") from error
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
