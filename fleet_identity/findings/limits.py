"""How much there may be of some things: tags, role assignments, cores; and which tags policies ask for."""

from collections import Counter
from collections.abc import Collection, Iterator

from fleet_identity.findings import Code, Finding, blocks
from fleet_identity.grants.held import lacking
from fleet_identity.node_pool import NodePool
from fleet_identity.node_rolls import one_put_rolls
from fleet_identity.record import MAX_TAGS, SwitchRecord, pack, record_tags
from fleet_identity.resource_id import ResourceId
from fleet_identity.situation import Situation
from fleet_identity.surroundings import Quota, TagPolicy
from fleet_identity.vm_size import cores_of, quota_of

MAX_ASSIGNMENTS = 4000
"""In a subscription. Source: Microsoft Learn, "Troubleshoot Azure RBAC limits"."""


def tag_findings(situation: Situation) -> Iterator[Finding]:
    """Tell where the record of the switch, or a new identity, does not meet what is said about tags."""
    cluster = situation.cluster
    own = len(record_tags(cluster.tags, situation.target.tag_prefix))
    if len(cluster.tags) - own + _record_tags(situation) > MAX_TAGS:
        yield blocks(
            Code.TAG_LIMIT,
            f"The cluster carries {len(cluster.tags)} tags of {MAX_TAGS}; the record of the switch needs more.",
            "Remove tags that nobody needs, and run again.",
        )
    present = situation.surroundings.identities
    new = [identity for identity in situation.target.identities_for(cluster.id) if identity not in present]
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


def quota_findings(situation: Situation, rolling: Collection[str]) -> Iterator[Finding]:
    """Tell where the cores that rolls add for a while find no room: all pools together where one PUT rolls them."""
    cores = situation.surroundings.cores
    if cores is None:
        return
    pools = tuple(pool for pool in situation.cluster.pools if pool.name in rolling)
    for together in (pools,) if one_put_rolls(situation) else ((pool,) for pool in pools):
        yield from _short(together, cores, "in the region")
        for family, quota in cores.families.items():
            alike = tuple(pool for pool in together if quota_of(pool.vm_size) == family)
            yield from _short(alike, quota, f"of the quota {family}")


def _short(pools: tuple[NodePool, ...], quota: Quota, where: str) -> Iterator[Finding]:
    needed = sum(pool.surge * (cores_of(pool.vm_size) or 0) for pool in pools)
    if needed and quota.used + needed > quota.limit:
        names = ", ".join(pool.name for pool in pools)
        yield blocks(
            Code.SURGE_QUOTA,
            f"A roll of pool {names} adds {needed} cores for a while; {quota.used} of {quota.limit} are in use "
            f"{where}.",
            "Raise the quota, or lower the pool's max surge, and run again.",
        )


def _record_tags(situation: Situation) -> int:
    """How many tags the record of the change will take."""
    cluster = situation.cluster
    record = SwitchRecord(
        switched_at=situation.surroundings.observed_at,
        images={pool.name: pool.image for pool in cluster.pools},
        versions={pool.name: pool.kubernetes_version for pool in cluster.pools},
        client_id="a service principal" if situation.leaves_principal or _left_principal(situation) else None,
        left="" if situation.leaves_principal else "an identity",
    )
    return len(pack(record, situation.target.tag_prefix))


def _left_principal(situation: Situation) -> bool:
    record = situation.change.record
    return record is not None and record.client_id is not None


def _refuses(rule: TagPolicy, identity: ResourceId, situation: Situation) -> bool:
    tags = {name.lower(): value for name, value in situation.target.new_identity_tags()}
    given = tags.get(rule.tag.lower())
    wrong = given is None or (rule.value is not None and given != rule.value)
    return wrong and rule.holds_for(identity)


def _policy(rule: TagPolicy) -> Finding:
    wanted = f"{rule.tag}={rule.value or '...'}"
    return blocks(
        Code.TAG_POLICY,
        f"Policy {rule.name} refuses a new identity without the tag {rule.tag}.",
        f"Name it in the target's identity_tags (--identity-tag {wanted}), and run again.",
    )
