"""Gates: a person's approval, bound to what was shown; or a time that must have come.

A run whose process may end while it waits (a deployment's, with nothing else under way) is suspended: Prefect starts it
again from its beginning when it is answered. Any other is paused, and its process waits.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID, uuid4

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.responses import SetStateStatus
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.input.run_input import Keyset, keyset_from_paused_state
from prefect.states import Paused
from prefect.utilities.urls import url_for
from pydantic import Field

from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.scheduled import opens_at
from fleet_identity.progress import Progress
from tasks.read_time import read_time
from tasks.run_memory import recall, remember
from tasks.session import current
from tasks.sleep_while import sleep_while
from tasks.this_run import this_run
from tasks.until_reached import until_reached

_BETWEEN_LOOKS = 5
"""Seconds, of real time: the answer lies in Prefect, not in Azure."""
_GRACE = timedelta(days=1)
"""Prefect fails a run whose pause has expired, and its outcomes with it; we stop it in good order before."""
_WAITS = """The run waits for an approval. To answer in another terminal, or in Prefect's UI:

    fleet-identity approve %s
    %s
"""
_log = logging.getLogger(__name__)


class Decision(RunInput):
    """What a person decides at a gate; the decision has no default, or an empty answer would approve."""

    decision: Literal["approve", "skip", "stop"] = Field(
        description="approve goes on. skip leaves out the stage or group before which the gate stands; at a gate after "
        "one there is nothing to leave out, and it asks again. stop begins nothing more, and brings what is under way "
        "to its end."
    )
    why: str = Field(default="", description="For the record.")
    who: str = Field(default="", description="As claimed: Prefect's open server does not check it.")


async def wait_until_open(key: str, gate: Gate, go_on: Callable[[], None]) -> None:
    """Wait for a scheduled gate, on Azure's clock; `go_on` is called now and then, and raises to end the wait.

    A run that begins anew, after an answer or a crash, finds a gate open that has opened since it first came to it.
    """
    now = await read_time()
    at = opens_at(gate, await until_reached(lambda: _came(key, now), _BETWEEN_LOOKS))
    if at <= now:
        return
    told = Progress(awaited="wait until the gate opens", seconds=(at - now).total_seconds())
    _log.info("The gate opens at %s.", at.isoformat(timespec="minutes"), extra={"progress": told})
    await sleep_while(go_on, current().clock, told.seconds)


async def _came(key: str, now: datetime) -> datetime:
    """Give when this run first came to a gate, by Azure's time; if that is now, write it down."""
    run, key = await _this_run(), f"came-to-{key}"
    known = await recall(run.id, key)
    if key in known:
        return datetime.fromisoformat(known[key])
    await remember(run.id, key, now.isoformat())
    return now


async def ask(question: str, evidence: str, *, within: timedelta, alone: bool) -> Decision:
    """Stop the run until somebody decides, in Prefect's UI or by `fleet-identity approve`.

    A run can wait for one answer at a time, so one gate asks at a time. `alone`: nothing else of this run is under
    way. An answer that does not come `within` this time is "stop", or, of a suspended run, ends it as failed.
    """
    run = await until_reached(_this_run, _BETWEEN_LOOKS)
    told = Progress(awaited="The run waits for an approval.", asked=evidence)
    _log.warning(_WAITS, run.id, _where(run), extra={"progress": told})
    if alone and run.deployment_id is not None and run.parent_task_run_id is None:
        decided = await _suspended(question, evidence, run, within)
    else:
        decided = await _paused(question, evidence, run, within)
    _log.info("%s by %s (claimed): %s", decided.decision, decided.who or "somebody", decided.why or "no reason given")
    return decided


async def given(key: str) -> tuple[Decision, ...]:
    """Give what was answered at this gate while this try of the run was suspended, whatever was shown there."""
    run = await until_reached(_this_run, _BETWEEN_LOOKS)
    kept = await until_reached(lambda: recall(run.id, f"suspended-{key}-"), _BETWEEN_LOOKS)
    answer = re.compile(rf"suspended-{re.escape(key)}-[0-9a-f]{{12}}-\d+-{run.run_count}-response")
    return tuple(Decision.model_validate_json(value) for name, value in kept.items() if answer.fullmatch(name))


async def _suspended(question: str, evidence: str, run: FlowRun, within: timedelta) -> Decision:
    """End this process until the answer is there; when the run comes by again, the same question is answered.

    A run that is retried asks again, for its number of tries is part of the question's key.
    """
    # Prefect's types forget that these are awaited in an async flow
    suspending = cast(
        Awaitable[Decision],
        suspend_flow_run(
            wait_for_input=Decision.with_initial_data(description=evidence),
            timeout=int(within.total_seconds()),
            key=f"{question}-{run.run_count}",
        ),
    )
    return await suspending


async def _paused(question: str, evidence: str, run: FlowRun, within: timedelta) -> Decision:
    """Wait in this process, for as long as Prefect's server may be away meanwhile: other clusters are under way."""
    try:
        async with asyncio.timeout(within.total_seconds()):
            keys = await until_reached(lambda: _pause(question, evidence, run, within), _BETWEEN_LOOKS)
            return await _answer(run, keys)
    except TimeoutError:
        return await _stopped_unanswered(run, within)


async def _pause(question: str, evidence: str, run: FlowRun, within: timedelta) -> Keyset:
    """Pause the run; give where its answer will be. Prefect passes over a key that it has seen, so each is new."""
    if (now := (await _read(run.id)).state) and now.is_paused() and now.state_details.run_input_keyset:
        return cast(Keyset, now.state_details.run_input_keyset)  # an attempt has succeeded, and we were not told
    timeout, key = int((within + _GRACE).total_seconds()), f"{question}-{uuid4().hex[:8]}"
    state: State[Decision] = Paused(timeout_seconds=timeout, reschedule=False, pause_key=key)
    keys = keyset_from_paused_state(state)
    state.state_details.run_input_keyset = {**keys}
    await Decision.with_initial_data(description=evidence).asave(keys, run.id)
    async with get_client() as client:
        result = await client.set_flow_run_state(run.id, state)
    if result.status is not SetStateStatus.ACCEPT:
        raise NeedsHumanError("Prefect did not let the run wait for an answer.")
    return keys


async def _answer(run: FlowRun, keys: Keyset) -> Decision:
    """Give the answer once the run goes on; NeedsHumanError if it was ended in Prefect meanwhile."""
    while True:
        await asyncio.sleep(_BETWEEN_LOOKS)
        state = (await until_reached(lambda: _read(run.id), _BETWEEN_LOOKS)).state
        if state and state.is_running():
            return await until_reached(lambda: Decision.aload(keys, run.id), _BETWEEN_LOOKS)
        if state and (state.is_final() or state.is_cancelling()):
            raise NeedsHumanError(f"The run became {state.name} in Prefect while it waited for an answer.")


async def _stopped_unanswered(run: FlowRun, within: timedelta) -> Decision:
    """Answer in the place of those who did not, so that the run ends in good order, with all its outcomes."""
    hours = within.total_seconds() / 3600
    answer = Decision(decision="stop", why=f"nobody answered within {hours:g} hours", who="fleet-identity")
    async with get_client() as client:
        await client.resume_flow_run(run.id, run_input=answer.model_dump())
    return answer


def _where(run: FlowRun) -> str:
    """Give the address of a run, or what to look for where the UI's is not known."""
    return url_for("flow-run", obj_id=run.id) or f"Runs -> {run.name} -> Resume"


async def _this_run() -> FlowRun:
    """Read this flow run afresh: what the engine holds of it does not count its tries."""
    return await _read(this_run().id)


async def _read(run: UUID) -> FlowRun:
    async with get_client() as client:
        return await client.read_flow_run(run)
