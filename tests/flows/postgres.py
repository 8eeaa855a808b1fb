"""A database for one benchmark or test, where PostgreSQL is reachable."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from uuid import uuid4

import asyncpg

_HOST, _PORT, _USER = "127.0.0.1", 5432, "root"


def unreachable() -> str:
    """Say why there is no PostgreSQL to use; "" if there is."""
    try:
        asyncio.run(_run("SELECT 1"))
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return f"no PostgreSQL at {_HOST}:{_PORT} that lets user {_USER} in: {error}"
    return ""


@contextmanager
def database() -> Generator[str]:
    """Make a database, give the address that Prefect takes, and drop it again."""
    name = f"prefect_{uuid4().hex[:12]}"
    asyncio.run(_run(f"CREATE DATABASE {name}"))
    try:
        yield f"postgresql+asyncpg://{_USER}@{_HOST}:{_PORT}/{name}"
    finally:
        asyncio.run(_run(f"DROP DATABASE {name} WITH (FORCE)"))


async def _run(statement: str) -> None:
    connection = await asyncpg.connect(host=_HOST, port=_PORT, user=_USER, database="postgres", timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
