"""When a planned migration may begin to disturb a cluster: windows are asked before anything waits for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fleet_identity.errors import NeedsHumanError
from fleet_identity.findings import Code, Finding, warns
from fleet_identity.opening import Opening, Window, named, never_open, next_opening
from fleet_identity.plan import Plan
from fleet_identity.steps import DISRUPTIVE, AwaitPropagation

_THEN = "A run would make its grants, and end NeedsHuman before the first step that disturbs it."


def disturbs(plan: Plan) -> bool:
    """Whether a run would come to a disruptive step, as far as this plan shows."""
    return not plan.blocked and any(isinstance(step, DISRUPTIVE) for step in (*plan.now, *plan.later))


def may_begin(plan: Plan, windows: Sequence[Window], now: datetime) -> Opening | Finding:
    """Give the first opening of all windows in which a disruptive step may begin; a warning if there is none."""
    opening = next_opening(windows, now + _rights(plan))
    if opening is None:
        return warns(Code.WINDOW_NEVER_OPENS, never_open(windows), f"Change one of them. {_THEN}")
    return Opening(windows=named(windows), opens=opening.start, closes=opening.end)


def unknown(error: NeedsHumanError) -> Finding:
    """Warn that a cluster's own window can't be read or understood."""
    return warns(Code.WINDOW_UNKNOWN, str(error), f"Do that first. {_THEN}")


def _rights(plan: Plan) -> timedelta:
    """How long the wait for rights takes, that comes before the first disruptive step.

    What is left of it is not in a plan, so grants that are half as old as they must be are counted as new.
    """
    wait = timedelta()
    for step in (*plan.now, *plan.later):
        if isinstance(step, DISRUPTIVE):
            break
        if isinstance(step, AwaitPropagation):
            wait = max(wait, step.minimum_age)
    return wait
