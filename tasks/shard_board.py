"""What the run of a shard tells its fleet's run, and hears from it, through Prefect's API."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.objects import Artifact
from tenacity import AsyncRetrying, stop_after_delay, wait_fixed

from fleet_identity.outcome import Outcome, State
from fleet_identity.report.outcomes_json import to_json
from fleet_identity.settings import Settings
from tasks.fleet_watch import FleetWatch, fleet_of
from tasks.permits import Halt
from tasks.this_run import this_run

BOARD = "fleet-identity-shard"
"""The type of the artifact that holds the outcomes of a shard; its renewal shows that the shard is alive."""
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Board:
    """The outcomes that a shard tells, and the orders that it has been given."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    halt: Halt = field(default_factory=Halt)
    abandoned: bool = False
    """Whether nobody waits for this shard any more: what it has not begun is for another shard."""

    def add(self, outcome: Outcome) -> None:
        """Tell how a cluster ended, unless that is only that an abandoned shard has not begun it."""
        if not (self.abandoned and outcome.state is State.NOT_STARTED):
            self.outcomes.append(outcome)


@asynccontextmanager
async def board() -> AsyncGenerator[Board]:
    """Tell the outcomes of this shard, as they grow, again and again while it lives, and take its orders.

    The last word is complete. What Prefect's API does not take ends no migration: it is told again, the last word too.
    """
    told, run = Board(), this_run()
    posted = await _posted(run.id)
    watch = FleetWatch(shard=run.id, fleet=await fleet_of(run), began=posted.created or datetime.now(UTC))
    await _beat(told, posted.id, watch)
    telling = asyncio.create_task(_keep_telling(told, posted.id, watch))
    try:
        yield told
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)  # or it might overwrite the last word
        await last_word(lambda: _tell(posted.id, told.outcomes))


async def last_word(tell: Callable[[], Awaitable[None]]) -> None:
    """Tell for the last time, again and again for as long as there is patience; a shard never fails by it."""
    tries = AsyncRetrying(
        stop=stop_after_delay(Settings().shard_patience), wait=wait_fixed(Settings().shard_beat), reraise=True
    )
    try:
        async for attempt in tries:
            with attempt:
                await tell()
    except Exception as error:  # noqa: BLE001 - its clusters are looked at by another shard then
        _log.warning("The fleet's run could not be told the last outcomes: %s", error)


async def _keep_telling(told: Board, artifact: UUID, watch: FleetWatch) -> None:
    while True:
        await asyncio.sleep(Settings().shard_beat)
        await _beat(told, artifact, watch)


async def _beat(told: Board, artifact: UUID, watch: FleetWatch) -> None:
    try:
        await _tell(artifact, told.outcomes)
        await _listen(told, watch)
    except Exception as error:  # noqa: BLE001 - whatever Prefect's API says, the clusters come first
        _log.warning("The fleet's run could not be reached: %s", error)


async def _listen(told: Board, watch: FleetWatch) -> None:
    heard = await watch.look()
    if heard.stopped:
        told.halt.because(heard.stopped)
    if heard.abandoned and not told.abandoned:
        told.abandoned = True
        told.halt.because(heard.abandoned)
        _log.warning("This shard begins no further cluster: %s.", heard.abandoned)


async def _posted(run: UUID) -> Artifact:
    async with get_client() as client:
        return await client.create_artifact(ArtifactCreate(type=BOARD, data=to_json(()), flow_run_id=run))


async def _tell(artifact: UUID, outcomes: Sequence[Outcome]) -> None:
    async with get_client() as client:
        await client.update_artifact(artifact, ArtifactUpdate(data=to_json(outcomes)))
