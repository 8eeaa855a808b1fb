"""Answers gates in tests, as Prefect's UI and `fleet-identity approve` do."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import PrefectHTTPStatusError

from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.outcome import Outcome
from tests.flows.fleets import carry_out

_PAUSED = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])))
_PATIENCE = 60.0


async def until(so: Callable[[], bool]) -> None:
    """Wait until something is so in the pretended Azure, or in the log."""
    async with asyncio.timeout(_PATIENCE):
        while not so():  # noqa: ASYNC110 - what is looked at knows no events
            await asyncio.sleep(0.02)


async def answered(found: FleetSpec, *answers: str) -> tuple[dict[str, Outcome], list[str]]:
    """Run a fleet and answer its gates in turn; give its outcomes, and the pages that were shown."""
    running = asyncio.create_task(carry_out(found))
    pages = [await answer(decision, running) for decision in answers]
    async with asyncio.timeout(_PATIENCE):
        return await running, pages


async def answer(decision: str, running: asyncio.Task[Any]) -> str:
    """Wait until a run asks, answer, and give the page that was shown."""
    async with asyncio.timeout(_PATIENCE), get_client() as client:
        run, page = await question(client, running)
        await client.resume_flow_run(run, run_input={"decision": decision, "why": "so it is", "who": "me"})
        return page


async def question(client: PrefectClient, running: asyncio.Task[Any]) -> tuple[UUID, str]:
    """Wait until a run asks; give its id and the page that it shows."""
    while not running.done():
        for run in await _paused(client):
            if page := await _page(client, run):
                return run.id, page
        await asyncio.sleep(0.05)
    raise AssertionError(f"nobody was asked: {await running}")


async def _paused(client: PrefectClient) -> Sequence[FlowRun]:
    return await client.read_flow_runs(flow_run_filter=_PAUSED, sort=FlowRunSort.START_TIME_DESC, limit=20)


async def _page(client: PrefectClient, run: FlowRun) -> str:
    """Read the page; "" where the form is not complete yet."""
    keys = run.state.state_details.run_input_keyset if run.state else None
    if not keys:
        return ""
    try:
        return str(json.loads(await client.read_flow_run_input(run.id, keys["description"])))
    except PrefectHTTPStatusError:
        return ""
