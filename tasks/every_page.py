"""Reads a list of Prefect's API to its end: it gives so many at a time, and drops the rest without a word."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
PAGE = 200
"""The most that Prefect's API gives at a time, unless its server is set up otherwise."""


async def every_page(read: Callable[[int], Awaitable[Sequence[T]]]) -> list[T]:
    """Give all of a list; `read` gives at most PAGE of it, from an offset on."""
    found = list[T]()
    while len(page := await read(len(found))) == PAGE:
        found += page
    return [*found, *page]
