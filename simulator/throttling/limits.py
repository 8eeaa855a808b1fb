"""How often Azure lets itself be asked: its token buckets, as data.

Sources: Microsoft Learn, quotas and limits of AKS ("AKS resource provider throttling limits"), and Microsoft
Learn, understand how Azure Resource Manager throttles requests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

READS = frozenset({"GET", "HEAD"})
WRITES = frozenset({"PUT", "POST", "PATCH"})
DELETES = frozenset({"DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One kind of bucket: which requests take from it, how much it holds, how fast it fills."""

    name: str
    methods: frozenset[str]
    path: re.Pattern[str]
    """Its group `scope` tells whose bucket it is; requests with another scope have another one."""
    capacity: int
    per_second: float
    header: str | None = None
    """Tells on every answer how many requests are left."""
    handler: str = ""
    """What the resource provider calls it in its refusal; assumed but for PutManagedClusterHandler."""
    regional: bool = False
    """One for each region."""

    def scope_of(self, method: str, path: str) -> str | None:
        """Whose bucket a request takes from; None where it is another kind of request."""
        if method not in self.methods:
            return None
        found = self.path.match(path)
        return found["scope"] if found else None


def limit_of(limits: Sequence[Limit], method: str, path: str) -> tuple[Limit, str] | None:
    """The first limit that a request falls under, and the scope of its bucket."""
    for limit in limits:
        if (scope := limit.scope_of(method, path)) is not None:
            return limit, scope
    return None


def _path(pattern: str) -> re.Pattern[str]:
    return re.compile(f"^{pattern}", re.IGNORECASE)


_SUBSCRIPTION = r"/subscriptions/[^/]+"
_GROUP = _SUBSCRIPTION + r"/resourceGroups/[^/]+"
_AKS = r"/providers/Microsoft\.ContainerService"
_CLUSTERS = _AKS + r"/managedClusters"
_CLUSTER = _GROUP + _CLUSTERS + r"/[^/]+"
_ANY = READS | WRITES | DELETES

AKS_LIMITS = (
    Limit(
        name="LIST ManagedClusters by subscription",
        methods=READS,
        path=_path(rf"(?P<scope>{_SUBSCRIPTION}){_CLUSTERS}/?$"),
        capacity=500,
        per_second=1,
        handler="ListManagedClustersHandler.GET",
        regional=True,
    ),
    Limit(
        name="LIST ManagedClusters by resource group",
        methods=READS,
        path=_path(rf"(?P<scope>{_GROUP}){_CLUSTERS}/?$"),
        capacity=60,
        per_second=1,
        handler="ListManagedClustersByResourceGroupHandler.GET",
        regional=True,
    ),
    Limit(
        name="PUT AgentPool",
        methods=frozenset({"PUT"}),
        path=_path(rf"(?P<scope>{_CLUSTER}/agentPools/[^/]+)/?$"),
        capacity=20,
        per_second=1 / 60,
        handler="PutAgentPoolHandler.PUT",
    ),
    Limit(
        name="PUT ManagedCluster",
        methods=frozenset({"PUT"}),
        path=_path(rf"(?P<scope>{_CLUSTER})/?$"),
        capacity=20,
        per_second=1 / 60,
        handler="PutManagedClusterHandler.PUT",
    ),
    Limit(
        name="GET ManagedCluster",
        methods=READS,
        path=_path(rf"(?P<scope>{_CLUSTER})/?$"),
        capacity=60,
        per_second=1,
        handler="GetManagedClusterHandler.GET",
    ),
    Limit(
        name="GET operation status",
        methods=READS,
        path=_path(rf"(?P<scope>{_SUBSCRIPTION}){_AKS}/locations/[^/]+/operations/[^/]+/?$"),
        capacity=200,
        per_second=2,
        handler="GetOperationStatusHandler.GET",
        regional=True,
    ),
    Limit(
        name="All other AKS APIs",
        methods=_ANY,
        path=_path(rf"(?P<scope>{_SUBSCRIPTION})(/resourceGroups/[^/]+)?{_AKS}/(?!.*/providers/)"),
        capacity=60,
        per_second=1,
        handler="AllOtherHandlers",
        regional=True,
    ),
)
"""Counted by the AKS resource provider; the first that fits counts."""


def _arm(name: str, methods: frozenset[str], capacity: int, per_second: float) -> Limit:
    return Limit(
        name=f"ARM {name}",
        methods=methods,
        path=_path(rf"(?P<scope>{_SUBSCRIPTION}|(?=/(providers|subscriptions|tenants)(/|$)))"),
        capacity=capacity,
        per_second=per_second,
        header=f"x-ms-ratelimit-remaining-subscription-{name}",
    )


ARM_LIMITS = (
    _arm("reads", READS, 250, 25),
    _arm("writes", WRITES, 200, 10),
    _arm("deletes", DELETES, 200, 10),
)
"""Counted by the ARM gateway for each principal; requests of the tenant's scope have buckets of their own."""
