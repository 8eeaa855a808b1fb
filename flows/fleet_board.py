"""What people watch while a fleet is migrated: a table of its clusters, how much is done, and a picture of the run."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fleet_identity.assessment import Assessed
from fleet_identity.report.markdown import Member, ended, fleet_page
from fleet_identity.report.picture import Bar, picture
from fleet_identity.settings import Settings
from flows.fleet_run import FleetRun
from tasks.earlier_tries import is_later_try
from tasks.live import Shown, as_image
from tasks.timeline import Timeline, Timelines, run_address

_NOTHING = Timeline()


def fleet_board(run: FleetRun, timelines: Timelines) -> Sequence[Shown]:
    """Show the fleet as it stands at this moment."""
    members = [_member(one, run, timelines) for one in run.members]
    done = 100.0 * len(run.outcomes) / max(len(members), 1)
    bars = [Bar(name=member.cluster_id.name, spans=member.spans) for member in members]
    page = fleet_page(members, Settings().portal_endpoint)
    drawn = as_image(picture(bars, datetime.now(UTC), Settings().pace))
    again = ", since the run was taken up again" if is_later_try() else ""
    told = f"What was done on each cluster, and when{again}"
    return (
        Shown(kind="markdown", key="fleet", description="The fleet, cluster by cluster", data=page),
        Shown(kind="progress", key="fleet-progress", description="Clusters whose turn is over", data=round(done, 1)),
        Shown(kind="image", key="fleet-picture", description=told, data=drawn),
    )


def _member(one: Assessed, run: FleetRun, timelines: Timelines) -> Member:
    timeline = timelines.get(one.cluster.id, _NOTHING)
    if outcome := run.outcomes.get(one.cluster.id):
        return ended(outcome, run_address(timeline))
    return Member(
        cluster_id=one.cluster.id,
        before=one.plan.identity,
        spans=tuple(timeline.spans),
        run=run_address(timeline),
    )
