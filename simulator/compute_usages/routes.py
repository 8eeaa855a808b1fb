"""Microsoft.Compute/locations/usages (Microsoft Learn: REST API of Compute, usages)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.quota import cores_in_use
from simulator.messages import Answer, ArmRequest, listed
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject

_PLENTY = 100_000
"""A quota that nobody meets, where a world names none."""
_MACHINES = 25_000
"""Virtual machines of a region (Microsoft Learn: Azure subscription limits)."""


def list_usages(azure: Azure, request: ArmRequest) -> Answer:
    """The quotas of a region; those of single families of machines are left out."""
    subscription = azure.require_subscription(request["subscription"]).id
    location = request["location"]
    limit = azure.world.limits.cores
    cores = cores_in_use(azure, subscription, location)
    machines = _machines(azure, subscription, location)
    return listed(
        [
            _usage("cores", "Total Regional vCPUs", cores, _PLENTY if limit is None else limit),
            _usage("virtualMachines", "Virtual Machines", machines, _MACHINES),
        ]
    )


def _machines(azure: Azure, subscription: str, location: str) -> int:
    return sum(
        len(pool.nodes)
        for cluster in azure.clusters.values()
        if (cluster.subscription, cluster.location.lower()) == (subscription, location.lower())
        and cluster.power == "Running"
        for pool in cluster.pools.values()
    )


def _usage(name: str, localized: str, current: int, limit: int) -> JsonObject:
    return {
        "unit": "Count",
        "currentValue": current,
        "limit": limit,
        "name": {"value": name, "localizedValue": localized},
    }


ROUTES = (
    route("GET", "/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/usages", list_usages),
)
