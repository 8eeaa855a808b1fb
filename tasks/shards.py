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

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
)
from prefect.client.schemas.objects import Artifact, FlowRun, State
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
from tasks.shard_board import BOARD
from tasks.this_run import this_run

_MOST = 200
"""The most that Prefect's API gives at a time; a fleet of 200 shards has up to 40,000 clusters."""
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


async def look_at_shards(runs: Collection[UUID]) -> list[Sight]:
    """Look at all of them with two calls."""
    if not runs:
        return []
    ids = list(runs)
    async with get_client() as client:
        mine = FlowRunFilter(id=FlowRunFilterId(any_=ids))
        found = await client.read_flow_runs(flow_run_filter=mine, sort=FlowRunSort.ID_DESC, limit=_MOST)
        boards = await _boards(client, ids)
    # a run that a worker has started anew has a board of each try
    latest = {board.flow_run_id: board for board in reversed(boards)}
    return [_sight(run, latest.get(run.id)) for run in found]


async def _boards(client: PrefectClient, runs: list[UUID]) -> list[Artifact]:
    """Read what shards have told, the latest first; `client.read_artifacts` sends nulls that Prefect 3.8 refuses."""
    wanted = {"flow_run_id": {"any_": [str(run) for run in runs]}, "type": {"any_": [BOARD]}}
    asked = {"artifacts": wanted, "sort": "CREATED_DESC", "limit": _MOST}
    answer = await client.request("POST", "/artifacts/filter", json=asked)
    return Artifact.model_validate_list(answer.json())


async def give_up_shard(run: UUID, why: str) -> State[Any]:
    """Note that a run is dead, or its server would show it as running for ever; give its new state."""
    dead = Crashed(message=why)
    async with get_client() as client:
        await client.set_flow_run_state(run, dead, force=True)
    return dead


async def cancel_shards(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - a hook
    """Cancel the shards of a run that is cancelled: Prefect does not do so by itself. A hook of a flow."""
    mine = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[flow_run.id]))
    async with get_client() as client:
        for child in await client.read_flow_runs(flow_run_filter=mine, sort=FlowRunSort.ID_DESC, limit=_MOST):
            # a child in this process has no deployment, and is cancelled with it
            if child.deployment_id is not None and child.state is not None and not child.state.is_final():
                await client.set_flow_run_state(child.id, Cancelling(message="The fleet's run was cancelled."))


def _sight(run: FlowRun, board: Artifact | None) -> Sight:
    state = run.state or Scheduled()
    if board is None:
        return Sight(run=run.id, state=state)
    return Sight(run=run.id, state=state, outcomes=from_json(str(board.data)), renewed=board.updated)
