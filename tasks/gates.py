"""Gates: a person's approval, bound to what was shown; or a time that must have come."""

import logging
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import uuid4

from prefect import get_run_logger, task
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from pydantic import Field

from fleet_identity.fleet.scheduled import opens_at
from fleet_identity.fleet.spec import Gate
from tasks.retry_policy import READS
from tasks.session import current, reader

_PATIENCE = timedelta(days=30)
"""Until an approval that nobody answers ends the run; starting it again asks again."""
_BETWEEN_LOOKS = 5
"""Seconds, of real time: the answer lies in Prefect, not in Azure."""
_log = logging.getLogger(__name__)


class Decision(RunInput):
    """What a person decides at a gate; the decision has no default, or an empty answer would approve."""

    decision: Literal["approve", "skip", "stop"] = Field(
        description="approve goes on, skip leaves this stage or group out, stop ends the run."
    )
    why: str = Field(default="", description="For the record.")
    who: str = Field(default="", description="As claimed: Prefect's open server does not check it.")


async def wait_until_open(gate: Gate) -> None:
    """Wait for a scheduled gate, on Azure's clock."""
    now = await _azures_time()
    at = opens_at(gate, now)
    _log.info("The gate opens at %s.", at.isoformat(timespec="minutes"))
    await current().clock.sleep((at - now).total_seconds())


@task(name="read-time", **READS)
async def _azures_time() -> datetime:
    """Ask anything, for the date of the answer."""
    await reader().subscriptions()
    return reader().observed_at()


async def ask(key: str, evidence: str) -> Decision:
    """Pause the run until somebody decides, in Prefect's UI or by `fleet-identity approve`.

    A run can be paused once at a time, so one gate asks at a time. Prefect passes over a key that it has seen in
    this run, which may be one that is retried: so each question has a key of its own.
    """
    get_run_logger().info("Waiting for an approval: answer in Prefect's UI, or with fleet-identity approve.")
    # Prefect's types forget that it is awaited in an async flow
    pausing = cast(
        Awaitable[Decision],
        pause_flow_run(
            wait_for_input=Decision.with_initial_data(description=evidence),
            timeout=int(_PATIENCE.total_seconds()),
            poll_interval=_BETWEEN_LOOKS,
            key=f"{key}-{uuid4().hex[:8]}",
        ),
    )
    decided = await pausing
    _log.info("%s by %s (claimed): %s", decided.decision, decided.who or "somebody", decided.why or "no reason given")
    return decided
