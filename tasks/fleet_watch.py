"""What a shard hears of its fleet's run, and of itself: whether it may go on to begin clusters."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, State

from fleet_identity.settings import Settings
from tasks.fleet_sign import Sign, look_for_sign
from tasks.silence import Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one look has told."""

    stopped: str = ""
    """Why the fleet's run begins nothing more; "" if it goes on."""
    abandoned: str = ""
    """Why nobody waits for this shard any more; "" if somebody does."""


@dataclass(slots=True, kw_only=True)
class FleetWatch:
    """Looks at a shard's run and at its fleet's, with two calls."""

    shard: UUID
    fleet: UUID | None
    """None for a shard that somebody has started by hand: nobody controls it."""
    began: datetime
    """When the shard began, by the clock of Prefect's server."""
    silence: Silence = field(default_factory=Silence)

    async def look(self) -> Heard:
        """Look once; raises what Prefect's API raises."""
        try:
            async with get_client() as client:
                states = await _states(client, (self.shard, self.fleet))
                sign = await look_for_sign(client, self.fleet) if self.fleet else None
        except Exception:
            self.silence.could_not_look()
            raise
        return Heard(stopped=sign.stopped if sign else "", abandoned=self._abandoned(states, sign))

    def _abandoned(self, states: dict[UUID, State[Any]], sign: Sign | None) -> str:
        own, fleet = states.get(self.shard), states.get(self.fleet or self.shard)
        if own is None or own.is_final():
            return "this shard was given up, and its clusters are handed to another worker"
        if fleet is not None and fleet.is_final():
            return f"the fleet run ended {fleet.name}"
        if sign and self._silent(sign) > Settings().shard_patience:
            return "the fleet run has given no sign of life; its process may have been killed"
        return ""

    def _silent(self, sign: Sign) -> float:
        """Give the seconds since the last sign. One that waited for a worker may begin long after the last."""
        before = (self.began - sign.renewed).total_seconds() if sign.renewed else 0.0
        return max(self.silence.notice(sign.renewed), before)


async def fleet_of(run: FlowRun) -> UUID | None:
    """Find the run that has started this one; None if a person has."""
    if run.parent_task_run_id is None:
        return None
    async with get_client() as client:
        return (await client.read_task_run(run.parent_task_run_id)).flow_run_id


async def _states(client: PrefectClient, runs: Collection[UUID | None]) -> dict[UUID, State[Any]]:
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[run for run in runs if run]))
    found = await client.read_flow_runs(flow_run_filter=wanted)
    return {run.id: run.state for run in found if run.state}
