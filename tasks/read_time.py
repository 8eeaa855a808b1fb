"""Reads Azure's clock."""

from datetime import datetime

from prefect import task

from tasks.retry_policy import READS
from tasks.session import reader


@task(name="read-time", **READS)
async def read_time() -> datetime:
    """Ask Azure what time it is."""
    return await reader().time()
