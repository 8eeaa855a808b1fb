"""`fleet-identity approve`: answers a gate at which a run waits."""

import asyncio
import getpass
import json
import os
from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from cyclopts import Parameter, Token

from cli.exit_status import ExitStatus, UsageError
from cli.prefect_answers import prefect_answers
from cli.prefect_profile import prefect_api
from fleet_identity.errors import NeedsHumanError

_Decision = Literal["approve", "skip", "stop"]
_NO_ID = (
    "{!r} is not the id of a run: take it from the line in which the run asks, or from the end of its address in "
    "Prefect's UI."
)


def _run_id(_type: object, tokens: Sequence[Token]) -> UUID:
    """Read the id of a run."""
    try:
        return UUID(tokens[0].value)
    except ValueError as error:
        raise UsageError(_NO_ID.format(tokens[0].value)) from error


def approve(
    run: Annotated[UUID, Parameter(converter=_run_id)],
    /,
    *,
    decision: _Decision = "approve",
    why: str = "",
    output: Literal["table", "json"] = "table",
) -> int:
    """Answer the gate at which a run waits; the server is the one that PREFECT_API_URL names.

    It asks nothing of Azure and changes nothing there: the run goes on, or ends, by itself. Who answers is recorded as
    claimed: a Prefect server without authentication does not check it.

    For example:

        fleet-identity approve <run>
        fleet-identity approve <run> --decision stop --why "not before the release"

    Exit status: 0 if the answer was taken; 1 if Prefect can't be reached; 2 bad usage; 3 if the run waits at no gate.

    Args:
        run: Id of the flow run, as Prefect shows it.
        decision: approve goes on; skip leaves out the stage or group before which the gate stands (after one there is
            nothing to leave out, and the gate asks again); stop begins nothing more, and brings what is under way to
            its end.
        why: A reason, for the record.
        output: One line for people, or one JSON document.
    """
    if not prefect_api():
        raise UsageError("Set PREFECT_API_URL to the API of the Prefect server on which the run waits.")
    answer = {"decision": decision, "why": why, "who": _who()}
    _answer_somewhere(run, answer)
    print(json.dumps({"run": str(run), **answer}, indent=2) if output == "json" else f"Answered: {decision}.")
    return ExitStatus.DONE


def _who() -> str:
    """Name who runs the command; a container may run as a user that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _answer_somewhere(run: UUID, answer: dict[str, str]) -> None:
    """Answer, unless the server of PREFECT_API_URL knows no such run."""
    from prefect.exceptions import ObjectNotFound

    try:
        with prefect_answers():
            asyncio.run(_answer(run, answer))
    except ObjectNotFound as error:
        raise NeedsHumanError(f"There is no run {run} on this server: check its id, and PREFECT_API_URL.") from error


async def _answer(run: UUID, answer: dict[str, str]) -> None:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        state = (await client.read_flow_run(run)).state
        if state is None or not state.is_paused():
            raise NeedsHumanError(f"Run {run} waits at no gate: it is {state.name if state else 'unknown'}.")
        result = await client.resume_flow_run(run, run_input=answer)
        if result.status.value != "ACCEPT":
            raise NeedsHumanError(
                f"Prefect did not take the answer: {getattr(result.details, 'reason', 'no reason given')}."
            )
