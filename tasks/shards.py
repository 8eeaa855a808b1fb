"""Runs of shards, as their fleet's run sees them through Prefect's API: start, look, give up, cancel.

A shard tells its outcomes in an artifact of its run (tasks/shard_board.py), so no storage needs to be shared; that it
renews the artifact shows that it is alive. What a fleet's run wants of them all it shows itself (tasks/fleet_sign.py).
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from httpx import HTTPStatusError
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import Artifact, FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments.flow_runs import arun_deployment
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow
from prefect.states import Cancelling, Crashed, Scheduled

from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.shard import Shard
from fleet_identity.outcome import Outcome
from fleet_identity.report.outcomes_json import from_json
from fleet_identity.settings import Settings
from tasks.every_page import PAGE, every_page
from tasks.shard_board import BOARD
from tasks.this_run import this_run

_PASSING = frozenset({408, 429})
"""Of the refusals that blame the caller, those that may pass when the call is made again."""
_OVER = frozenset({StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A shard's run at one moment."""

    run: UUID
    state: State[Any]
    outcomes: tuple[Outcome, ...] = ()
    """Of the clusters that have ended."""
    renewed: datetime | None = None
    """When it last told; None while it has not begun."""


async def start_shard(shard: Shard, name: str) -> UUID:
    """Start the run of a shard, or join it: a fleet run that is retried finds those that it has left behind.

    A run that is over is never joined: what it told was so then, and Azure is the truth.
    """
    parent, number = this_run().id, 0
    while (started := await _run_of(shard, f"{parent}-{name}-{number}")).state and started.state.is_final():
        number += 1
    return started.id


async def _run_of(shard: Shard, key: str) -> FlowRun:
    """Start a run, or give the one that was started with the same key."""
    try:
        return await arun_deployment(
            Settings().shard_deployment,
            parameters={"shard": shard.model_dump(mode="json")},
            flow_run_name=f"migrate {len(shard.clusters)} clusters of {shard.group}",
            timeout=0,
            idempotency_key=key,
        )
    except ObjectNotFound as error:
        raise NeedsHumanError(
            f"There is no deployment {Settings().shard_deployment} on this Prefect server: deploy it "
            "(python -m deployments.work_pool POOL), or leave out dispatch: work_pool."
        ) from error
    except HTTPStatusError as error:
        if not error.response.is_client_error or error.response.status_code in _PASSING:
            raise
        raise NeedsHumanError(
            f"Prefect refuses to start a run of {Settings().shard_deployment} ({error.response.status_code}: "
            f"{error.response.text[:300]}). If its deployment is of another version, deploy it again "
            "(python -m deployments.work_pool POOL)."
        ) from error


async def look_at_shards(runs: Collection[UUID]) -> list[Sight]:
    """Look at all of them, 200 with two calls; a run that somebody has deleted is seen as Crashed."""
    if not runs:
        return []
    ids = list(runs)
    async with get_client() as client:
        found = {run.id: run for run in await _runs(client, FlowRunFilter(id=FlowRunFilterId(any_=ids)))}
        boards = await _boards(client, ids)
    # a run that a worker has started anew has a board of each try
    latest = {board.flow_run_id: board for board in reversed(boards)}
    return [_sight(run, found.get(run), latest.get(run)) for run in ids]


async def _runs(client: PrefectClient, wanted: FlowRunFilter) -> list[FlowRun]:
    async def read(offset: int) -> list[FlowRun]:
        return await client.read_flow_runs(flow_run_filter=wanted, sort=FlowRunSort.ID_DESC, limit=PAGE, offset=offset)

    return await every_page(read)


async def _boards(client: PrefectClient, runs: list[UUID]) -> list[Artifact]:
    """Read what shards have told, the latest first; `client.read_artifacts` sends nulls that Prefect 3.8 refuses."""
    wanted = {"flow_run_id": {"any_": [str(run) for run in runs]}, "type": {"any_": [BOARD]}}

    async def read(offset: int) -> list[Artifact]:
        asked = {"artifacts": wanted, "sort": "CREATED_DESC", "limit": PAGE, "offset": offset}
        answer = await client.request("POST", "/artifacts/filter", json=asked)
        return Artifact.model_validate_list(answer.json())

    return await every_page(read)


async def give_up_shard(run: UUID, why: str) -> State[Any]:
    """Note that a run is dead, or its server would show it as running for ever; give its new state."""
    dead = Crashed(message=why)
    async with get_client() as client:
        await client.set_flow_run_state(run, dead, force=True)
    return dead


async def cancel_shards(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - a hook
    """Cancel the shards of a run that is cancelled: Prefect does not do so by itself. A hook of a flow."""
    # a child in this process has no deployment, and is cancelled with it
    mine = FlowRunFilter(
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[flow_run.id]),
        deployment_id=FlowRunFilterDeploymentId(is_null_=False),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[one for one in StateType if one not in _OVER])),
    )
    async with get_client() as client:
        for child in await _runs(client, mine):
            await client.set_flow_run_state(child.id, Cancelling(message="The fleet's run was cancelled."))


def _sight(run: UUID, found: FlowRun | None, board: Artifact | None) -> Sight:
    state = (found.state or Scheduled()) if found else Crashed(name="Deleted", message="Prefect has no such run.")
    if board is None:
        return Sight(run=run, state=state)
    return Sight(run=run, state=state, outcomes=_told(run, board), renewed=board.updated)


def _told(run: UUID, board: Artifact) -> tuple[Outcome, ...]:
    """Read the outcomes on a board; none from a worker whose version writes them differently."""
    try:
        return from_json(str(board.data))
    except ValueError as error:
        _log.warning("Run %s tells outcomes that cannot be read; is its worker of another version? %s", run, error)
        return ()
