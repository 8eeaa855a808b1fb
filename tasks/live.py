"""Artifacts that people watch: published once, and then renewed in place while the run goes on."""

import asyncio
import logging
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.runtime import flow_run

from fleet_identity.settings import Settings
from tasks.earlier_tries import is_later_try

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an artifact shows at one moment: a page of Markdown, the address of an image, or percent done."""

    kind: Literal["markdown", "image", "progress"]
    key: str
    description: str
    data: str | float


@dataclass(slots=True)
class _Board:
    """The artifacts of one run, and what each was last seen to show."""

    made: dict[str, tuple[UUID, object]] = field(default_factory=dict[str, tuple[UUID, object]])

    async def show(self, artifacts: Sequence[Shown]) -> None:
        """Publish what is new."""
        fresh = [one for one in artifacts if self.made.get(one.key, (None, None))[1] != one.data]
        if not fresh:
            return
        async with get_client() as client:
            if not self.made and is_later_try():
                self.made = await _shown_before(client)
            for one in fresh:
                if known := self.made.get(one.key):
                    artifact = known[0]
                    await client.update_artifact(artifact, ArtifactUpdate(data=one.data))
                else:
                    artifact = (await client.create_artifact(_posted(one))).id
                self.made[one.key] = (artifact, one.data)


@asynccontextmanager
async def kept_up(show: Callable[[], Sequence[Shown]], beats: int = 1) -> AsyncGenerator[None]:
    """Publish what `show` gives, every so many beats while the block runs, and once more at its end.

    What Prefect's API does not take ends no migration: it is told with the next beat.
    """
    board = _Board()
    telling = asyncio.create_task(_keep_up(board, show, Settings().report_beat * beats))
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        await _told(board, show)


async def _keep_up(board: _Board, show: Callable[[], Sequence[Shown]], every: float) -> None:
    while True:
        await _told(board, show)
        await asyncio.sleep(every)


async def _told(board: _Board, show: Callable[[], Sequence[Shown]]) -> None:
    try:
        await board.show(show())
    except Exception as error:  # noqa: BLE001 - whatever Prefect's API says, the clusters come first
        _log.warning("The report could not be published in Prefect: %s", error)


async def _shown_before(client: PrefectClient) -> dict[str, tuple[UUID, object]]:
    """Find what an earlier try of this run has published, to go on with it; a picture is of one try alone."""
    mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[UUID(flow_run.id)]))
    found = await client.read_artifacts(artifact_filter=mine)
    return {one.key: (one.id, one.data) for one in found if one.key and one.type != "image"}


def _posted(one: Shown) -> ArtifactCreate:
    return ArtifactCreate(
        type=one.kind, key=one.key, description=one.description, data=one.data, flow_run_id=UUID(flow_run.id)
    )


def as_image(svg: str) -> str:
    """Give an SVG as an address that needs no server."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
