"""How far something has come in a run, which says nothing of how it fared: completed does not mean success."""

from collections.abc import Iterable
from enum import StrEnum

from fleet_identity.outcome import Outcome, State


class Lifecycle(StrEnum):
    """The words of Azure Kubernetes Fleet Manager's update runs, for a cluster, a group, a stage or a run."""

    NOT_STARTED = "not started"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    """Some of it was begun and brought to its end; the rest was not begun."""
    COMPLETED = "completed"


_NOT_RUN = {State.NOT_STARTED: Lifecycle.NOT_STARTED, State.SKIPPED: Lifecycle.SKIPPED}


def lifecycle(outcome: Outcome) -> Lifecycle:
    """Tell how far one cluster has come."""
    return _NOT_RUN.get(outcome.state, Lifecycle.COMPLETED)


def lifecycle_of(outcomes: Iterable[Outcome]) -> Lifecycle:
    """Tell how far a group, a stage or a run has come; one without clusters is completed."""
    found = {lifecycle(outcome) for outcome in outcomes}
    if Lifecycle.NOT_STARTED in found:
        return Lifecycle.STOPPED if Lifecycle.COMPLETED in found else Lifecycle.NOT_STARTED
    return Lifecycle.SKIPPED if found == {Lifecycle.SKIPPED} else Lifecycle.COMPLETED
