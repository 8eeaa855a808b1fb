"""Clusters that are migrated side by side, and what becomes of them when the run ends early."""

import asyncio

import pytest

from flows.clusters import side_by_side


async def test_those_that_are_cancelled_are_awaited() -> None:
    """When one ends the run the others are cancelled, and have ended, with all that they clean up, when it is told."""
    begun, ended = asyncio.Event(), list[str]()

    async def goes_on() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("cleaned up")

    async def ends_the_run() -> None:
        await begun.wait()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await side_by_side([goes_on(), ends_the_run()])
    assert ended == ["cleaned up"]
