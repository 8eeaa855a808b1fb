"""`fleet-identity approve`: answers a gate at which a run waits."""

import asyncio
import getpass
import os
from typing import Literal
from uuid import UUID

from cli.exit_status import ExitStatus, UsageError
from cli.prefect_profile import apply_prefect_profile
from fleet_identity.errors import NeedsHumanError


def approve(run: UUID, /, *, decision: Literal["approve", "skip", "stop"] = "approve", why: str = "") -> int:
    """Answer the gate at which a run waits; the server is the one that PREFECT_API_URL names.

    Who answers is recorded as claimed: a Prefect server without authentication does not check it.

    Exit status: 0 if the answer was taken; 2 bad usage; 3 if the run waits at no gate.

    Args:
        run: Id of the flow run, as Prefect shows it.
        decision: approve goes on, skip leaves this stage or group out, stop ends the run.
        why: A reason, for the record.
    """
    if "PREFECT_API_URL" not in os.environ:
        raise UsageError("Set PREFECT_API_URL to the API of the Prefect server on which the run waits.")
    apply_prefect_profile()
    asyncio.run(_answer(run, {"decision": decision, "why": why, "who": getpass.getuser()}))
    print(f"Answered: {decision}.")
    return ExitStatus.DONE


async def _answer(run: UUID, answer: dict[str, str]) -> None:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    async with get_client() as client:
        try:
            state = (await client.read_flow_run(run)).state
        except ObjectNotFound as error:
            raise NeedsHumanError(
                f"There is no run {run} on this server: check its id, and PREFECT_API_URL."
            ) from error
        if state is None or not state.is_paused():
            raise NeedsHumanError(f"Run {run} waits at no gate: it is {state.name if state else 'unknown'}.")
        result = await client.resume_flow_run(run, run_input=answer)
        if result.status.value != "ACCEPT":
            raise NeedsHumanError(
                f"Prefect did not take the answer: {getattr(result.details, 'reason', 'no reason given')}."
            )
