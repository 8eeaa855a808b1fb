"""Asks Prefect's server again for as long as it is away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

T = TypeVar("T")
_SERVER_ERROR = 500
_log = logging.getLogger(__name__)


async def until_reached(call: Callable[[], Awaitable[T]], pause: float) -> T:
    """Make a call until the server answers it, `pause` seconds apart; what the server refuses goes up at once."""
    while True:
        try:
            return await call()
        except httpx.HTTPError as error:
            if not _is_away(error):
                raise
            _log.warning("Prefect's server can't be reached, and is asked again: %s", error)
        await asyncio.sleep(pause)


def _is_away(error: httpx.HTTPError) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= _SERVER_ERROR
    return isinstance(error, httpx.TransportError)
