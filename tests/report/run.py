"""A small run on a fleet: one cluster of each end that a report tells apart."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fleet_identity.outcome import Outcome, State, failed, from_plan, not_started, skipped
from fleet_identity.report.run_html import Run
from fleet_identity.timeline import Phase, Span
from fleet_identity.verdict import PoolVerdict, Verdict
from tests.report.fleet import blocked, cluster_id, ready

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
MOVED = {"before": "service principal", "after": "user-assigned identity id-moved"}
WAITS = "pool user already runs the newest node image; its nodes switch with the next one, expected about 2026-11-09"


def span(phase: Phase, what: str, began: float, ended: float | None = None) -> Span:
    """Minutes after noon."""
    until = NOON + timedelta(minutes=ended) if ended is not None else None
    return Span(phase=phase, what=what, began=NOON + timedelta(minutes=began), ended=until)


DONE = (
    span(Phase.GRANTS, "identities and roles", 0, 1),
    span(Phase.PROPAGATION, "until the grants are in effect", 1, 61),
    span(Phase.UPDATE, "control plane", 65, 77),
    span(Phase.ROLL, "pool system", 77, 87),
)


def moved(name: str = "moved", **changes: Any) -> Outcome:
    known: dict[str, Any] = MOVED | {"state": State.MIGRATED, "timeline": DONE, "seconds": 87 * 60.0} | changes
    verdicts = (PoolVerdict(pool="system", verdict=Verdict.LIKELY, evidence="Re-imaged since the switch."),)
    return Outcome(cluster_id=cluster_id(name), verdicts=verdicts, **known)


def needs_human(name: str = "stopped", lock: str = "keep") -> Outcome:
    """Stopped and locked."""
    plan = blocked(name, lock=lock).plan
    return from_plan(plan, before=plan.identity, worked=False, seconds=0, noticed=())


def planned(name: str = "planned") -> Outcome:
    plan = ready(name).plan
    return from_plan(plan, before=plan.identity, worked=False, seconds=0, noticed=())


def mixed() -> tuple[Outcome, ...]:
    return (
        moved(),
        moved("waiting", state=State.WAITING, left=(WAITS,)),
        needs_human(),
        failed(cluster_id("broken"), "Azure refused it: InternalError (correlation id 1b2c)."),
        not_started(cluster_id("held-back"), "service principal", "Not begun: cluster broken failed."),
        skipped(cluster_id("left-out"), "service principal", "Left out, as the fleet spec says."),
    )


def run(*outcomes: Outcome, **changes: Any) -> Run:
    """A run that was carried out, and ended at half past one."""
    known: dict[str, Any] = {"applied": True, "ended_at": NOON + timedelta(minutes=90)}
    return Run(outcomes=outcomes, **known | changes)
