"""What a fleet's run shows its shards through Prefect's API, beat by beat: that it lives, and what has stopped it.

One artifact of the fleet's run is for all its shards to read. A process that has been killed stays Running in Prefect,
so the state of a run alone does not tell whether anybody still controls it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.objects import Artifact

from fleet_identity.settings import Settings
from tasks.permits import Halt
from tasks.this_run import this_run

_SIGN = "fleet-identity-fleet"
"""The type of the artifact; its data is what has stopped the run, "" if nothing has."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A fleet's run, as its shards see it."""

    stopped: str = ""
    """Why no shard may begin another cluster; "" if all may."""
    renewed: datetime | None = None
    """When it was last shown; None if it never was."""


@asynccontextmanager
async def sign_of_life(halt: Halt) -> AsyncGenerator[None]:
    """Show the shards of this run that it lives, while the block runs."""
    showing = asyncio.create_task(_keep_showing(this_run().id, halt))
    try:
        yield
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


async def _keep_showing(run: UUID, halt: Halt) -> None:
    artifact: UUID | None = None
    while True:
        try:
            artifact = await _show(run, artifact, halt.reason)
        except Exception as error:  # noqa: BLE001 - Prefect's server may be away for a while: with the next beat
            _log.warning("The shards could not be reached: %s", error)
        await asyncio.sleep(Settings().shard_beat)


async def _show(run: UUID, artifact: UUID | None, stopped: str) -> UUID:
    async with get_client() as client:
        if artifact is None:
            return (await client.create_artifact(ArtifactCreate(type=_SIGN, data=stopped, flow_run_id=run))).id
        await client.update_artifact(artifact, ArtifactUpdate(data=stopped))
    return artifact


async def look_for_sign(client: PrefectClient, fleet: UUID) -> Sign:
    """Read the sign of a fleet's run; the newest, since each group that is under way shows one."""
    wanted = {"flow_run_id": {"any_": [str(fleet)]}, "type": {"any_": [_SIGN]}}
    asked = {"artifacts": wanted, "sort": "UPDATED_DESC", "limit": 1}
    answer = await client.request("POST", "/artifacts/filter", json=asked)
    found = Artifact.model_validate_list(answer.json())
    return Sign(stopped=str(found[0].data or ""), renewed=found[0].updated) if found else Sign()
