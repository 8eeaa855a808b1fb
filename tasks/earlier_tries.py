"""What earlier tries of this run have done: evidence for the report, by which nothing decides what to do next.

A run that was suspended at a gate begins anew when it is answered, as one does that is retried; and its children, which
Prefect finds again by the order of their calls, with it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.objects import State as PrefectState
from prefect.context import FlowRunContext

from fleet_identity.outcome import Outcome, State
from fleet_identity.resource_id import ResourceId
from fleet_identity.settings import Settings
from fleet_identity.timeline import elapsed
from tasks.conclude import before_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The try of a run on one cluster that has migrated it."""

    before: str
    """What the control plane ran on, in words."""
    began: datetime
    ended: datetime

    def told_by(self, outcome: Outcome) -> Outcome:
        """Tell of the run as a whole; `outcome` is that of a try that has found nothing left to do."""
        if outcome.state is not State.ALREADY_MIGRATED:
            return outcome
        took = elapsed(self.began, self.ended, Settings().pace)
        return replace(outcome, state=State.MIGRATED, before=self.before, seconds=took, in_earlier_try=True)


def is_later_try() -> bool:
    """Whether this run has begun before. Prefect counts tries, but not those that go on after a gate."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return False
    return context.flow_run.run_count > 1 or bool(context.flow_run.empirical_policy.pause_keys)


async def earlier_migration(cluster_id: ResourceId) -> Migration | None:
    """Find the try in which this run has migrated this cluster; almost always there was none."""
    context = FlowRunContext.get()
    if not is_later_try() or context is None or context.flow_run is None or not is_of(context.flow_run, cluster_id):
        return None
    try:
        async with get_client() as client:
            return _migration(await client.read_flow_run_states(context.flow_run.id))
    except Exception as error:  # noqa: BLE001 - whatever Prefect's API says, the cluster comes first
        _log.warning("Earlier tries of this run could not be read in Prefect: %s", error)
        return None


def is_of(run: FlowRun, cluster_id: ResourceId) -> bool:
    """Whether a run was begun for this cluster: another call order, and Prefect hands out another cluster's run."""
    begun_for = run.parameters.get("cluster_id")
    return isinstance(begun_for, str) and ResourceId(begun_for) == cluster_id


def _migration(states: Sequence[PrefectState]) -> Migration | None:
    """The first of them counts: those after it have found all done, and say so."""
    began: datetime | None = None
    for state in sorted(states, key=lambda one: one.timestamp):
        if state.is_running():
            began = state.timestamp
        if state.name == State.MIGRATED and began:
            return Migration(before=before_of(state), began=began, ended=state.timestamp)
    return None
