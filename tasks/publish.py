"""Publishes what people read in Prefect's UI. What can't be published ends no migration."""

import asyncio
import logging
from collections.abc import Awaitable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

_log = logging.getLogger(__name__)
_AT_A_TIME = 8
"""Prefect's server on SQLite refuses more writers than it can queue."""


_kept: ContextVar[dict[str, str] | None] = ContextVar("kept", default=None)


@contextmanager
def keeping() -> Generator[dict[str, str]]:
    """Keep pages that are published within the block as well, the latest of each key: for a report of our own."""
    pages: dict[str, str] = {}
    token = _kept.set(pages)
    try:
        yield pages
    finally:
        _kept.reset(token)


def keep(page: str, *, key: str) -> None:
    """Keep a page for a report of our own, where one is wanted, as if it were published."""
    if (pages := _kept.get()) is not None:
        pages[key] = page


async def publish(page: str, *, key: str, description: str) -> None:
    """Publish a page of Markdown as an artifact of this run."""
    keep(page, key=key)
    await _tried(acreate_markdown_artifact(page, key=key, description=description))


async def publish_table(rows: list[dict[str, str]], *, key: str, description: str) -> None:
    """Publish a table as an artifact of this run."""
    await _tried(acreate_table_artifact(rows, key=key, description=description))


async def publish_pages(pages: Iterable[tuple[str, str, str]]) -> None:
    """Publish many pages, each a key, a description and its Markdown, a few at a time."""
    slots = asyncio.Semaphore(_AT_A_TIME)

    async def one(key: str, description: str, page: str) -> None:
        async with slots:
            await publish(page, key=key, description=description)

    await asyncio.gather(*(one(*page) for page in pages))


async def _tried(publishing: Awaitable[Any]) -> None:
    try:
        await publishing
    except Exception as error:  # noqa: BLE001 - whatever Prefect's API says, the clusters come first
        _log.warning("The report could not be published in Prefect: %s", error)
