"""Heeds Azure's Retry-After before a write is tried again."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fleet_identity.clock import Clock
from fleet_identity.errors import ClusterChangedError, TransientError


@asynccontextmanager
async def heeding_retry_after(clock: Clock) -> AsyncGenerator[None]:
    """Wait as long as an error says before it is handed on; Prefect's own delay follows.

    The wait comes before the next try's reading, never between that reading and its write, and holds no turn.
    """
    try:
        yield
    except ClusterChangedError:
        raise  # waited for before the next round
    except TransientError as refused:
        if refused.retry_after:
            await clock.sleep(refused.retry_after)
        raise
