"""All that the pretended Azure answers; the first route that fits wins."""

from __future__ import annotations

import simulator.agent_pools.routes as agent_pools
import simulator.compute_usages.routes as compute_usages
import simulator.generic_resources.routes as generic_resources
import simulator.key_vaults.routes as key_vaults
import simulator.locks.routes as locks
import simulator.log_analytics_workspaces.routes as log_analytics_workspaces
import simulator.maintenance.routes as maintenance
import simulator.managed_clusters.routes as managed_clusters
import simulator.managed_identities.routes as managed_identities
import simulator.metadata.routes as metadata
import simulator.networks.routes as networks
import simulator.operations.routes as operations
import simulator.policy_assignments.routes as policy_assignments
import simulator.registries.routes as registries
import simulator.role_assignments.routes as role_assignments
import simulator.role_definitions.routes as role_definitions
import simulator.run_command.routes as run_command
from simulator.directory import graph, graph_batch, openid, tokens
from simulator.routing import Router

ROUTER = Router(
    [
        *managed_clusters.ROUTES,
        *agent_pools.ROUTES,
        *maintenance.ROUTES,
        *operations.ROUTES,
        *run_command.ROUTES,
        *managed_identities.ROUTES,
        *role_assignments.ROUTES,
        *role_definitions.ROUTES,
        *registries.ROUTES,
        *locks.ROUTES,
        *policy_assignments.ROUTES,
        *networks.ROUTES,
        *key_vaults.ROUTES,
        *log_analytics_workspaces.ROUTES,
        *compute_usages.ROUTES,
        *generic_resources.ROUTES,
        *metadata.ROUTES,
        *tokens.ROUTES,
        *openid.ROUTES,
        *graph.ROUTES,
        *graph_batch.ROUTES,
    ]
)
