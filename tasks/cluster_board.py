"""The page of one cluster's migration, kept up to date while its run goes on."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from prefect.runtime import flow_run

from fleet_identity.outcome import Outcome
from fleet_identity.report.artifact_key import artifact_key
from fleet_identity.report.cluster_page import cluster_page
from fleet_identity.resource_id import ResourceId
from fleet_identity.settings import Settings
from tasks.earlier_tries import Migration, earlier_migration
from tasks.heartbeat import heartbeat
from tasks.live import Shown, kept_up
from tasks.timeline import Timeline, follow

_BEATS = 4
"""A cluster's page is renewed less often than its fleet's: there are many of them."""


@dataclass(slots=True, kw_only=True)
class ClusterBoard:
    """What the page is made of."""

    cluster_id: ResourceId
    timeline: Timeline
    earlier: Migration | None = None
    outcome: Outcome | None = None

    def concluded(self, outcome: Outcome) -> Outcome:
        """Take in how the run has ended; give the outcome with all that was done."""
        told = self.earlier.told_by(outcome) if self.earlier else outcome
        self.outcome = replace(told, timeline=tuple(self.timeline.spans))
        return self.outcome

    def show(self) -> Sequence[Shown]:
        """Show the page as it stands; that of an earlier try stays where this one has nothing to add."""
        if self.earlier and not self.timeline.spans:
            return ()
        settings = Settings()
        page = cluster_page(self.cluster_id, self.timeline.spans, self.outcome, settings.pace, settings.portal_endpoint)
        key, name = artifact_key("cluster", self.cluster_id.text), self.cluster_id.name
        return (Shown(kind="markdown", key=key, description=f"Cluster {name}: what was done, and when", data=page),)


@asynccontextmanager
async def cluster_board(cluster_id: ResourceId) -> AsyncGenerator[ClusterBoard]:
    """Follow what is done on a cluster, and show it."""
    timeline = follow(cluster_id, run=flow_run.id or "")
    board = ClusterBoard(cluster_id=cluster_id, timeline=timeline, earlier=await earlier_migration(cluster_id))
    async with kept_up(board.show, _BEATS), heartbeat(board.timeline, cluster_id.name):
        yield board
