"""All that the pretended Azure answers; the first route that fits wins."""

from __future__ import annotations

import simulator.agent_pools.routes as agent_pools
import simulator.locks.routes as locks
import simulator.maintenance.routes as maintenance
import simulator.managed_clusters.routes as managed_clusters
import simulator.managed_identities.routes as managed_identities
import simulator.metadata.routes as metadata
import simulator.networks.routes as networks
import simulator.operations.routes as operations
import simulator.registries.routes as registries
import simulator.role_assignments.routes as role_assignments
import simulator.role_definitions.routes as role_definitions
from simulator.directory import graph, openid, tokens
from simulator.routing import Router

ROUTER = Router(
    [
        *managed_clusters.ROUTES,
        *agent_pools.ROUTES,
        *maintenance.ROUTES,
        *operations.ROUTES,
        *managed_identities.ROUTES,
        *role_assignments.ROUTES,
        *role_definitions.ROUTES,
        *registries.ROUTES,
        *locks.ROUTES,
        *networks.ROUTES,
        *metadata.ROUTES,
        *tokens.ROUTES,
        *openid.ROUTES,
        *graph.ROUTES,
    ]
)
