"""Migrates a shard: a part of a fleet that migrate-fleet hands to a run of its own."""

from prefect import flow

from fleet_identity.fleet.shard import Shard
from fleet_identity.fleet.tally import is_failure
from fleet_identity.outcome import Outcome
from fleet_identity.resource_id import ResourceId, parse_cluster_id
from flows.clusters import migrate_clusters
from tasks.conclude import conclude_fleet
from tasks.permits import Permit, slots
from tasks.session import session
from tasks.shard_board import Board, board
from tasks.windows import windows_of


@flow(name="migrate-shard", persist_result=False)
async def migrate_shard(shard: Shard) -> list[Outcome]:
    """Move a part of a fleet. Started by migrate-fleet where its strategy says dispatch: work_pool, not by hand.

    Args:
        shard: Which clusters, what they shall run on, and what has been approved.
    """
    async with session(), board() as told:
        return conclude_fleet(await _migrate(shard, told))


async def _migrate(shard: Shard, told: Board) -> list[Outcome]:
    bounds = (slots(shard.at_a_time),)
    excused = {ResourceId(text) for text in shard.ignored}
    approved = {ResourceId(text): frozenset(steps) for text, steps in shard.approved.items()}

    def permit_of(cluster: ResourceId) -> Permit:
        windows = windows_of(cluster, shard.window, planned_maintenance=shard.maintenance_windows)
        return Permit(bounds=bounds, halt=told.halt, approved=approved.get(cluster), windows=windows)

    def ended(outcome: Outcome) -> None:
        told.add(outcome)
        failures = sum(is_failure(one, excused=one.cluster_id in excused) for one in told.outcomes)
        if failures > shard.allowed_failures:
            told.halt.because(f"cluster {outcome.cluster_id.name} failed, and group {shard.group} allows no more")

    return await migrate_clusters([parse_cluster_id(text) for text in shard.clusters], shard.target, permit_of, ended)
