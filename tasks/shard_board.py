"""What the run of a shard tells its fleet's run, and hears from it, through Prefect's API."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate

from fleet_identity.outcome import Outcome
from fleet_identity.report.outcomes_json import to_json
from fleet_identity.settings import Settings
from tasks.permits import Halt
from tasks.this_run import this_run

BOARD = "fleet-identity-shard"
"""The type of the artifact that holds the outcomes of a shard; its renewal shows that the shard is alive."""
HALT = "fleet-identity-halt"
"""The key of the input that lets a shard begin no further cluster."""
_log = logging.getLogger(__name__)


@asynccontextmanager
async def board(outcomes: Sequence[Outcome], halt: Halt) -> AsyncGenerator[None]:
    """Tell these outcomes, as they grow, again and again while the shard lives; note in `halt` what is ordered.

    The last word is complete. What Prefect's API does not take ends no migration: it is told again.
    """
    run = this_run().id
    artifact = await _posted(run)
    telling = asyncio.create_task(_keep_telling(run, artifact, outcomes, halt))
    try:
        yield
    finally:
        telling.cancel()
        await _tell(artifact, outcomes)


async def _keep_telling(run: UUID, artifact: UUID, outcomes: Sequence[Outcome], halt: Halt) -> None:
    while True:
        await asyncio.sleep(Settings().shard_beat)
        try:
            await _tell(artifact, outcomes)
            if reason := await _ordered(run):
                halt.because(reason)
        except Exception as error:  # noqa: BLE001 - whatever Prefect's API says, the clusters come first
            _log.warning("The fleet's run could not be reached: %s", error)


async def _posted(run: UUID) -> UUID:
    async with get_client() as client:
        made = await client.create_artifact(ArtifactCreate(type=BOARD, data=to_json(()), flow_run_id=run))
    return made.id


async def _tell(artifact: UUID, outcomes: Sequence[Outcome]) -> None:
    async with get_client() as client:
        await client.update_artifact(artifact, ArtifactUpdate(data=to_json(outcomes)))


async def _ordered(run: UUID) -> str:
    async with get_client() as client:
        found = await client.filter_flow_run_input(run, key_prefix=HALT, limit=1, exclude_keys=set())
    return str(found[0].value) if found else ""
