"""How often Azure lets itself be asked: its documented token buckets, and which of them a request draws on.

Sources: Microsoft Learn, "Quotas, virtual machine size restrictions, and region availability in AKS" (throttling
limits of the resource provider), and "Understand how Azure Resource Manager throttles requests". Microsoft Graph is
not among them: a run asks it a few dozen times, and its own limits lie in the thousands.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

READS = frozenset({"GET", "HEAD"})
_WRITES = frozenset({"PUT", "POST", "PATCH"})
_DELETES = frozenset({"DELETE"})
_SUBSCRIPTION = r"/subscriptions/[^/]+"
_GROUP = _SUBSCRIPTION + r"/resourceGroups/[^/]+"
_AKS = r"/providers/Microsoft\.ContainerService"
_CLUSTER = _GROUP + _AKS + r"/managedClusters/[^/]+"
_ANYWHERE = rf"(?P<whose>{_SUBSCRIPTION}|(?=/(?:subscriptions|providers|tenants)(?:/|$)))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """One kind of bucket: which requests draw on it, how many it holds, and how many it gains a second."""

    name: str
    methods: frozenset[str]
    path: re.Pattern[str]
    """Its group `whose` tells the bucket: the subscription's, the group's, the cluster's or the pool's."""
    burst: int
    per_second: float


def _allowance(name: str, methods: frozenset[str], path: str, burst: int, per_second: float) -> Allowance:
    pattern = re.compile(path, re.IGNORECASE)
    return Allowance(name=name, methods=methods, path=pattern, burst=burst, per_second=per_second)


_A_MINUTE = 1 / 60
AKS = (
    _allowance("LIST ManagedClusters", READS, rf"(?P<whose>{_SUBSCRIPTION}){_AKS}/managedClusters/?$", 500, 1),
    _allowance("LIST ManagedClusters, group", READS, rf"(?P<whose>{_GROUP}){_AKS}/managedClusters/?$", 60, 1),
    _allowance("PUT AgentPool", frozenset({"PUT"}), rf"(?P<whose>{_CLUSTER}/agentPools/[^/]+)/?$", 20, _A_MINUTE),
    _allowance("PUT ManagedCluster", frozenset({"PUT"}), rf"(?P<whose>{_CLUSTER})/?$", 20, _A_MINUTE),
    _allowance("GET ManagedCluster", READS, rf"(?P<whose>{_CLUSTER})/?$", 60, 1),
    _allowance("GET operation", READS, rf"(?P<whose>{_SUBSCRIPTION}){_AKS}/locations/[^/]+/operations/", 200, 2),
    _allowance(
        "all other AKS APIs",
        READS | _WRITES | _DELETES,
        # what hangs on a cluster by way of another provider (grants, locks) is that provider's
        rf"(?P<whose>{_SUBSCRIPTION})(?:/resourceGroups/[^/]+)?{_AKS}/(?!.*/providers/)",
        60,
        1,
    ),
)
"""Of the AKS resource provider, whoever asks; the first that fits counts.

Azure has most of them once for each region. A request does not tell the region of its cluster, so ours are once for
all regions: a fleet that is spread over several could go faster than it does.
"""

ARM = (
    _allowance("ARM reads", READS, _ANYWHERE, 250, 25),
    _allowance("ARM writes", _WRITES, _ANYWHERE, 200, 10),
    _allowance("ARM deletes", _DELETES, _ANYWHERE, 200, 10),
)
"""Of Azure Resource Manager, for each principal in each subscription, and once more outside of subscriptions."""


def drawn_on(method: str, url: str) -> tuple[tuple[Allowance, str], ...]:
    """Name the buckets that a request draws on, and whose they are: the narrowest first, none for other hosts."""
    path = urlsplit(url).path
    found = (_first(group, method, path) for group in (AKS, ARM))
    return tuple(one for one in found if one)


def _first(group: tuple[Allowance, ...], method: str, path: str) -> tuple[Allowance, str] | None:
    for allowance in group:
        if method in allowance.methods and (match := allowance.path.match(path)):
            return allowance, match["whose"].lower()
    return None
