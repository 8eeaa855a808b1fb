"""Runs a flow in this process, on Prefect's own server unless PREFECT_API_URL names another."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from cli.prefect_answers import prefect_answers
from cli.prefect_profile import apply_prefect_profile
from cli.stopping import run_stoppable
from fleet_identity.clock import PacedClock
from fleet_identity.settings import Settings

T = TypeVar("T")


def run_flow(start: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run what `start` gives, with its progress on standard error; imports of Prefect belong into `start`."""
    clock = PacedClock(Settings().pace)  # read here: what is wrong with a setting is told before anything is started
    apply_prefect_profile()
    from cli.progress import show_progress

    async def run() -> T:
        async with show_progress(clock):
            return await start()

    with prefect_answers():
        return run_stoppable(run())
