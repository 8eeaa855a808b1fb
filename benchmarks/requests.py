"""Counts the requests that the migration of one cluster costs, and says why each is needed.

The cluster has two pools, its own subnet with a route table, and one registry. Polls (list calls of the watch)
are counted apart: their number is the length of the operations divided by the interval.
"""

import asyncio
import os
import re
from collections import Counter

from fleet_identity.apply import apply
from fleet_identity.clock import Clock, PacedClock
from fleet_identity.gateway.arm.gateway import open_gateway
from fleet_identity.observe import observe_and_plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.settings import Settings
from fleet_identity.target import Target
from simulator import Simulator, running

PACE = 20_000.0
SUBSCRIPTION = "1b2f9a3c-5d4e-4c6b-8a7f-0e1d2c3b4a59"
NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Network"
SUBNET = f"{NETWORK}/virtualNetworks/vnet/subnets/nodes"
REGISTRY = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-shared/providers/Microsoft.ContainerRegistry/registries/prodacr"
)
CLUSTER = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-prod"
    "/providers/Microsoft.ContainerService/managedClusters/prod-weu-01"
)
POOL = {"mode": "User", "count": 3, "image": "202610.05.0", "subnet": SUBNET}
WORLD = {
    "subscriptions": [{"id": SUBSCRIPTION, "name": "prod"}],
    "service_principals": [{"name": "sp-prod"}],
    "registries": [{"name": "prodacr", "resource_group": "rg-shared"}],
    "clusters": [
        {
            "name": "prod-weu-01",
            "resource_group": "rg-prod",
            "identity": {"service_principal": "sp-prod"},
            "node_pools": [{**POOL, "name": "system", "mode": "System"}, {**POOL, "name": "apps"}],
            "network": {"route_table": f"{NETWORK}/routeTables/egress"},
            "pulls_from": ["prodacr"],
        }
    ],
    "role_assignments": [
        {"principal": "sp-prod", "role": "Network Contributor", "scope": SUBNET},
        {"principal": "sp-prod", "role": "Network Contributor", "scope": f"{NETWORK}/routeTables/egress"},
        {"principal": "sp-prod", "role": "AcrPull", "scope": REGISTRY},
    ],
}

POLL = "GET managedClusters (list)"
WHY = {
    "POST token": "one token, as long as it lives (one more for Graph, where it is another host)",
    "GET managedClusters": "three observations; before the PUT and before each roll; to learn the kubelet's principal",
    "GET servicePrincipals": "from the application id to the principal whose roles count; shared for ten minutes",
    "GET applications": "when the secret ends; shared for ten minutes",
    "GET locks": "a lock would break the change half-way; not in the last round",
    "GET subnets": "the route table of a subnet, which the cluster does not show",
    "GET userAssignedIdentities": "is it there; its principal, for grants and wait, and for a last look before the PUT",
    "GET upgradeProfiles": "is there a newer image: before each roll (images are recalled); plans share one",
    "GET subscriptions": "where to look for the old principal's roles; shared for ten minutes",
    "GET roleAssignments": "what each principal holds, we among them; around each wait, before the PUT, after rolls",
    "GET roleDefinitions": "what each role permits, of the old principal and of our own; shared for ten minutes",
    "GET policyAssignments": "a policy may refuse an identity without a tag; shared for ten minutes",
    "GET usages": "a roll needs cores for its surge; not in the last round",
    "GET vaults": "an access policy may name the old principal, and is not carried over; shared for ten minutes",
    "GET registries": "RBAC or ABAC mode decides which role lets nodes pull",
    "PUT userAssignedIdentities": "the identity",
    "PUT roleAssignments": "one a grant: subnet, route table, registry",
    "PUT managedClusters": "the switch, once",
    "POST upgradeNodeImageVersion": "one a pool",
    POLL: "one an interval for all clusters of a subscription together; one to see who shares the principal",
}


class WaitsOnly:
    """Implements Clock: nothing but waits takes time, so answers age as they would in a migration of hours."""

    def __init__(self, real: Clock) -> None:
        """Wait by a real clock."""
        self._real = real
        self._waited = 0.0

    def now(self) -> float:
        """See Clock."""
        return self._waited

    def deadline(self, seconds: float) -> float:
        """See Clock."""
        return self._waited + seconds

    async def sleep(self, seconds: float) -> None:
        """See Clock."""
        until = self.deadline(max(seconds, 0.0))
        await self._real.sleep(seconds)
        self._waited = max(self._waited, until)


async def requests_of_a_migration(simulator: Simulator) -> Counter[str]:
    """Migrate the one cluster of a simulator to its end, and count the kinds of requests."""
    os.environ.update(simulator.env)
    clock = WaitsOnly(PacedClock(PACE))
    async with open_gateway(Settings(), clock) as azure:
        while (plan := await observe_and_plan(azure, ResourceId(CLUSTER), Target())).now:
            for step in plan.now:
                await apply(step, azure, clock)
    return Counter(kind_of(exchange.method, exchange.path) for exchange in simulator.journal)


def report(counts: Counter[str]) -> str:
    """Write the counts as a Markdown table, with a reason for each kind."""
    rows = [f"| {kind} | {counts[kind]} | {WHY[kind]} |" for kind in WHY if counts[kind] and kind != POLL]
    total = sum(count for kind, count in counts.items() if kind != POLL)
    return "\n".join(("| request | times | why |", "|---|--:|---|", *rows, f"| **all, polls aside** | **{total}** | |"))


def kind_of(method: str, path: str) -> str:
    """Name the kind of a request as `WHY` does."""
    segments = [segment for segment in path.split("/") if segment]
    if segments[-1] == "managedClusters":
        return POLL
    named = next((kind.split()[-1] for kind in WHY if kind.split()[-1] in segments[-2:]), None)
    found = re.search(r"(upgradeNodeImageVersion|upgradeProfiles|token)", path)
    return f"{method} {found[1] if found else named}"


if __name__ == "__main__":
    with running(WORLD, pace=PACE) as running_simulator:
        print(report(asyncio.run(requests_of_a_migration(running_simulator))))
