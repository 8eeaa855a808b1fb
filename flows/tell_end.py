"""Tells in the log that a cluster's part in a run has ended, at once: the report comes when all have."""

import logging

from fleet_identity.outcome import Outcome
from fleet_identity.progress import Progress

_log = logging.getLogger(__name__)


def tell_end(outcome: Outcome) -> None:
    """Log the state in which a cluster has ended; where somebody should look at it, as a warning, with the reason."""
    name, state = outcome.cluster_id.name, outcome.state
    warns = state.wants_attention
    reason = f": {outcome.left[0]}" if warns and outcome.left else "."
    level = logging.WARNING if warns else logging.INFO
    _log.log(level, "%s is %s%s", name, state.value, reason, extra={"progress": Progress(cluster=name, ended=state)})
