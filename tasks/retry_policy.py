"""What Prefect tries again, and when: the two policies.

Retries never multiply. azure-core has spent its seconds on throttling and server errors before an error gets
here, but for changes of clusters and pools, which it sends once: they rest on a reading, which a try of ours makes
anew (`retry_after.py`). Bounded waits inside a task are tenacity's, and these policies add minutes. What a person or a
developer must mend is not tried again, nor is a plan that the cluster has outrun: the next round plans anew.
"""

import logging
from typing import Any, TypedDict

from prefect.cache_policies import NO_CACHE, CachePolicy
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from fleet_identity.errors import ClusterChangedError, StillRunningError, TransientError
from fleet_identity.settings import Settings

_log = logging.getLogger(__name__)
_NOT_BY_REPETITION = (ClusterChangedError, StillRunningError)


class RetryPolicy(TypedDict):
    """Options of a Prefect task."""

    retries: int
    retry_delay_seconds: list[float]
    retry_condition_fn: Any
    cache_policy: CachePolicy
    persist_result: bool


def only_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether time may heal it. A plain function: Prefect silently ignores methods and partials here."""
    heals = isinstance(state.data, TransientError) and not isinstance(state.data, _NOT_BY_REPETITION)
    if heals:
        _log.warning("%s Trying again.", state.data)
    return heals


def _policy(*delays: float) -> RetryPolicy:
    pace = Settings().pace  # Prefect fixes delays when a task is declared
    return RetryPolicy(
        retries=len(delays),
        retry_delay_seconds=[delay / pace for delay in delays],
        retry_condition_fn=only_transient,
        cache_policy=NO_CACHE,  # Azure is the only memory of what has been done
        persist_result=False,  # whatever PREFECT_RESULTS_PERSIST_BY_DEFAULT says: a retried run asks Azure again
    )


READS = _policy(15, 60, 120)
WRITES = _policy(30, 60, 120, 300, 600)
