"""From a world to the state in which the pretended Azure starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.azure import Azure
from simulator.incidents.judge import findings
from simulator.locks.models import Lock
from simulator.movement.begin import begin
from simulator.opening.clusters import add_cluster
from simulator.opening.grants import add_assignment, add_groups
from simulator.opening.key_vaults import add_access_policies, add_key_vaults
from simulator.opening.resources import (
    add_identities,
    add_mentioned_groups,
    add_principals,
    add_registries,
)
from simulator.opening.workspaces import add_workspaces

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.world import World


def open_world(world: World, clock: Clock) -> Azure:
    """Everything that a world describes; what does not work at its start is excused for good."""
    azure = Azure(world, clock)
    add_principals(azure)
    add_registries(azure)
    add_identities(azure)
    add_key_vaults(azure)
    azure.locks = [Lock(name=lock.name, scope=lock.scope, level=lock.level) for lock in world.locks]
    for cluster in world.clusters:
        add_cluster(azure, cluster)
    add_workspaces(azure)
    add_groups(azure)
    add_access_policies(azure)
    for assignment in world.role_assignments:
        add_assignment(azure, assignment)
    add_mentioned_groups(azure)
    for cluster in azure.clusters.values():
        azure.ledger.excuse(cluster.id, findings(azure, cluster))
    begin(azure)
    return azure
