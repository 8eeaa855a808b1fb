"""Hands a group to runs of its own, shard by shard, and watches them with two calls of Prefect's API at a time."""

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, Protocol
from uuid import UUID

from prefect.client.schemas.objects import State

from fleet_identity.assessment import Assessed
from fleet_identity.errors import FleetIdentityError
from fleet_identity.fleet.rollout import RolloutGroup
from fleet_identity.fleet.shard import Shard, parts
from fleet_identity.fleet.tally import Tally
from fleet_identity.outcome import Outcome, failed, not_started
from fleet_identity.resource_id import ResourceId
from fleet_identity.settings import Settings
from flows.fleet_run import FleetRun
from tasks import shards
from tasks.fleet_sign import sign_of_life
from tasks.permits import Bounds, taken
from tasks.shards import Sight
from tasks.silence import Silence

_MOST_TRIES = 5
"""How often clusters are handed to another worker before a person is told."""
_WHILE_IT_STARTS = 5
"""How much more patience there is with a run whose process has been started and has not told anything yet."""
_log = logging.getLogger(__name__)


class ShardRuns(Protocol):
    """Where the runs of shards are started and seen: Prefect's API, as tasks/shards.py calls it."""

    async def start_shard(self, shard: Shard, name: str) -> UUID:
        """Start a run."""
        ...

    async def look_at_shards(self, runs: Collection[UUID]) -> list[Sight]:
        """Look at all these runs."""
        ...

    async def give_up_shard(self, run: UUID, why: str) -> State[Any]:
        """Note that a run is dead; give the state that says so."""
        ...


@dataclass(slots=True, kw_only=True)
class _UnderWay:
    """A shard whose run has been started."""

    members: tuple[Assessed, ...]
    places: int
    """How many clusters it may change at once; held until it is over."""
    tries: int
    silence: Silence = field(default_factory=Silence)


@dataclass(slots=True, kw_only=True)
class _Dispatch:
    """A group that is being carried out in shards."""

    group: RolloutGroup
    tally: Tally
    bounds: Bounds
    run: FleetRun
    runs: ShardRuns
    to_do: deque[tuple[tuple[Assessed, ...], int]]
    """Shards that have not begun, and how often they have been tried."""
    under_way: dict[UUID, _UnderWay] = field(default_factory=dict[UUID, _UnderWay])
    outcomes: dict[ResourceId, Outcome] = field(default_factory=dict[ResourceId, Outcome])


async def in_shards(group: RolloutGroup, tally: Tally, bounds: Bounds, run: FleetRun) -> list[Outcome]:
    """Carry a group out in shards; give the outcome of each of its clusters, in order."""
    async with sign_of_life(run.halt):
        return await hand_out(group, tally, bounds, run, shards)


async def hand_out(group: RolloutGroup, tally: Tally, bounds: Bounds, run: FleetRun, runs: ShardRuns) -> list[Outcome]:
    """Start shards as there are places for them, and watch them until they are over."""
    to_do = deque((tuple(part), 0) for part in parts(group.members, run.fleet.strategy.shard_size))
    job = _Dispatch(group=group, tally=tally, bounds=bounds, run=run, runs=runs, to_do=to_do)
    while job.to_do or job.under_way:
        await _start(job)
        await asyncio.sleep(Settings().shard_beat)
        await _watch(job)
    return [_outcome(job, one) for one in group.members]


async def _start(job: _Dispatch) -> None:
    """Start as many shards as there are places for; none once the run is stopped."""
    share = max(job.group.at_a_time // max(len(job.to_do) + len(job.under_way), 1), 1)
    while job.to_do and not job.run.halt and (places := await taken(job.bounds, share)):
        members, tries = job.to_do[0]
        try:
            run = await job.runs.start_shard(_shard(job, members, places), f"{job.group.group.name}-{_name(members)}")
        except Exception as error:  # noqa: BLE001 - what is not ours is Prefect's, which may be away for a while
            _leave(job, places)
            if not isinstance(error, FleetIdentityError):
                _log.warning("A shard could not be started, and is tried again: %s", error)
                return
            job.run.halt.because(str(error))
            break
        job.to_do.popleft()
        _log.info("Group %s: %d clusters are handed to run %s.", job.group.group.name, len(members), run)
        job.under_way[run] = _UnderWay(members=members, places=places, tries=tries + 1)
    if job.run.halt:
        _drop(job)


def _drop(job: _Dispatch) -> None:
    """Begin no further shard. What a lost worker had may stand half-way, so it does not count as not begun."""
    why = "The worker of its shard was lost, and the run was stopped before another took it up: run again."
    for members, tries in job.to_do:
        if tries:
            _fail(job, members, why)
    job.to_do.clear()


def _fail(job: _Dispatch, members: Iterable[Assessed], why: str) -> None:
    job.outcomes |= {one.cluster.id: failed(one.cluster.id, why) for one in members}


def _shard(job: _Dispatch, members: Iterable[Assessed], places: int) -> Shard:
    spec, ids = job.run.fleet, {one.cluster.id: one for one in members}
    excused = () if spec.strategy.blocked_counts else (key for key in ids if key in job.run.blocked)
    approved = {key.text: steps for key, steps in job.run.approved.items() if key in ids}
    return Shard(
        group=job.group.group.name,
        clusters=tuple(key.text for key in ids),
        target=spec.target,
        at_a_time=places,
        allowed_failures=job.tally.left(job.group),
        window=spec.strategy.window,
        maintenance_windows=spec.strategy.maintenance_windows,
        ignored=tuple(key.text for key in excused),
        approved={key: tuple(sorted(steps)) for key, steps in approved.items()},
    )


async def _watch(job: _Dispatch) -> None:
    """Take in what the shards tell, and take up the clusters of a dead worker."""
    for sight in await _sights(job):
        _take_in(job, sight)
        try:
            await _attend(job, sight)
        except Exception as error:  # noqa: BLE001 - with the next look, for Prefect's server may be away for a while
            _log.warning("Run %s could not be given up, which is tried again: %s", sight.run, error)


async def _attend(job: _Dispatch, sight: Sight) -> None:
    shard = job.under_way[sight.run]
    silent = shard.silence.notice((sight.state.type, sight.renewed))
    if sight.state.is_final():
        _over(job, sight)
    elif silent > _patience(sight):
        ended = await job.runs.give_up_shard(sight.run, "It gave no sign of life: its clusters go to another worker.")
        _over(job, replace(sight, state=ended))


def _patience(sight: Sight) -> float:
    """For how many seconds a shard may be silent: one that no worker has taken waits, one that starts is slow."""
    if sight.state.is_scheduled():
        return inf
    return Settings().shard_patience * (1 if sight.renewed else _WHILE_IT_STARTS)


async def _sights(job: _Dispatch) -> list[Sight]:
    try:
        return await job.runs.look_at_shards(job.under_way)
    except Exception as error:  # noqa: BLE001 - Prefect's server may be away for a while: the shards go on
        _log.warning("The shards could not be looked at: %s", error)
        for shard in job.under_way.values():
            shard.silence.could_not_look()
        return []


def _take_in(job: _Dispatch, sight: Sight) -> None:
    members = {one.cluster.id: one for one in job.under_way[sight.run].members}
    for outcome in sight.outcomes:
        member = members.get(outcome.cluster_id)
        if member is not None and outcome.cluster_id not in job.outcomes:
            job.outcomes[outcome.cluster_id] = outcome
            job.run.tell([outcome])
            if exhausted := job.tally.add(job.group, outcome, blocked=outcome.cluster_id in job.run.blocked):
                job.run.halt.because(exhausted, by_budget=True)


def _over(job: _Dispatch, sight: Sight) -> None:
    """A shard has ended: clusters that it has not told of are handed to another, unless somebody cancelled it."""
    shard = job.under_way.pop(sight.run)
    _leave(job, shard.places)
    left = tuple(one for one in shard.members if one.cluster.id not in job.outcomes)
    if not left:
        return
    if sight.state.is_cancelled() or shard.tries >= _MOST_TRIES:
        why = f"The run of its shard ended {sight.state.name}: run again."
        _fail(job, left, why)
        job.run.halt.because(f"a shard of group {job.group.group.name} ended {sight.state.name}")
        return
    _log.warning("Run %s ended %s without telling of %d clusters.", sight.run, sight.state.name, len(left))
    job.to_do.append((left, shard.tries))


def _leave(job: _Dispatch, places: int) -> None:
    for bound in job.bounds:
        for _ in range(places):
            bound.release()


def _outcome(job: _Dispatch, member: Assessed) -> Outcome:
    why = f"Not begun: {job.run.halt.reason}."
    return job.outcomes.get(member.cluster.id) or not_started(member.cluster.id, member.plan.identity, why)


def _name(members: tuple[Assessed, ...]) -> str:
    return members[0].cluster.id.key
