"""How much there may be of some things: tags, role assignments, cores; and which tags policies ask for."""

import re
from collections import Counter
from collections.abc import Iterator

from fleet_identity.cluster import Cluster
from fleet_identity.findings import Code, Finding, blocks
from fleet_identity.grants.held import lacking
from fleet_identity.node_pool import NodePool
from fleet_identity.record import MAX_TAGS
from fleet_identity.situation import Situation
from fleet_identity.surroundings import Cores, TagPolicy

MAX_ASSIGNMENTS = 4000
"""In a subscription. Source: Microsoft Learn, "Troubleshoot Azure RBAC limits"."""
_CORES = re.compile(r"_[A-Z]+?(\d+)", re.IGNORECASE)


def tag_findings(situation: Situation) -> Iterator[Finding]:
    """Tell where the record of the switch, or a new identity, does not meet what is said about tags."""
    cluster = situation.cluster
    own = sum(name.lower().startswith(situation.target.tag_prefix.lower()) for name in cluster.tags)
    if len(cluster.tags) - own + _record_tags(cluster) > MAX_TAGS:
        yield blocks(
            Code.TAG_LIMIT,
            f"The cluster carries {len(cluster.tags)} tags of {MAX_TAGS}; the record of the switch needs more.",
            "Remove tags that nobody needs, and run again.",
        )
    new = [identity for identity in situation.target.identities_for(cluster.id) if not _exists(situation, identity)]
    yield from (
        _policy(rule) for rule in situation.surroundings.tag_policies for one in new if _refuses(rule, one, situation)
    )


def assignment_findings(situation: Situation) -> Iterator[Finding]:
    """Tell where a subscription would hold more role assignments than it may."""
    needed = Counter(
        grant.scope.subscription.lower() for grant in lacking(situation.all_grants(), situation.surroundings)
    )
    for subscription, more in needed.items():
        present = situation.surroundings.assignments.get(subscription)
        if present is not None and present + more > MAX_ASSIGNMENTS:
            yield blocks(
                Code.ROLE_ASSIGNMENT_LIMIT,
                f"Subscription {subscription} holds {present} role assignments of {MAX_ASSIGNMENTS}; {more} more are "
                "needed.",
                "Remove assignments that nobody uses (those of deleted principals first), and run again.",
            )


def quota_findings(situation: Situation) -> Iterator[Finding]:
    """Tell where the cores that a roll adds for a while find no room in the region's quota."""
    cores = situation.surroundings.cores
    if cores is None:
        return
    for pool in situation.cluster.pools:
        if cores.used + _needed(pool) > cores.limit:
            yield _quota(pool, cores)


def _quota(pool: NodePool, cores: Cores) -> Finding:
    return blocks(
        Code.SURGE_QUOTA,
        f"A roll of pool {pool.name} adds {_needed(pool)} cores for a while; {cores.used} of {cores.limit} are in use "
        "in the region.",
        "Raise the quota, or lower the pool's max surge, and run again.",
    )


def _needed(pool: NodePool) -> int:
    """The cores of a size, which its name tells: Standard_D4s_v5 has four."""
    found = _CORES.search(pool.vm_size)
    return pool.surge * int(found[1]) if found else 0


def _record_tags(cluster: Cluster) -> int:
    return 5 + len(cluster.pools) // 3


def _exists(situation: Situation, identity: object) -> bool:
    return identity in situation.surroundings.identities


def _refuses(rule: TagPolicy, identity: object, situation: Situation) -> bool:
    tags = {name.lower(): value for name, value in situation.target.new_identity_tags()}
    given = tags.get(rule.tag.lower())
    inside = any(
        rule.scope.contains(one) for one in situation.target.identities_for(situation.cluster.id) if one == identity
    )
    return inside and (given is None or (rule.value is not None and given != rule.value))


def _policy(rule: TagPolicy) -> Finding:
    wanted = f"{rule.tag}={rule.value or '...'}"
    return blocks(
        Code.TAG_POLICY,
        f"Policy {rule.name} refuses a new identity without the tag {rule.tag}.",
        f"Name it in the target's identity_tags (--identity-tag {wanted}), and run again.",
    )
