"""Times in which something runs without its rights: what could happen, and what to choose instead."""

from collections.abc import Iterator

from fleet_identity.cluster import Cluster
from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.grants.addons import addon_grants
from fleet_identity.grants.demands import demands
from fleet_identity.record import Rolls
from fleet_identity.situation import Situation
from fleet_identity.target import PROPAGATION_CEILING


def gap_findings(situation: Situation) -> Iterator[Finding]:
    """List the gaps of a switch that is still to come."""
    yield from _pull_gap(situation)
    yield from _rights_gap(situation)
    yield from _addon_gap(situation.cluster)
    yield from short_wait(situation)


def short_wait(situation: Situation) -> Iterator[Finding]:
    """Tell that grants are relied on before Azure promises that they are in effect."""
    target = situation.target
    if target.minimum_grant_age < PROPAGATION_CEILING:
        yield warns(
            Code.SHORT_WAIT,
            f"Grants are relied on after {target.minimum_grant_age_minutes:g} minutes; Azure may need 60.",
            "Until then load balancers may fail to update and nodes to pull. Raise the age, or accept the risk.",
        )


def _pull_gap(situation: Situation) -> Iterator[Finding]:
    """With a kubelet identity in the same PUT there is none; with one in a second PUT it lasts until then."""
    pulls = situation.kubelet_grants()
    if not (pulls and situation.leaves_principal) or situation.same_put:
        return
    reimages = situation.rolls is Rolls.PUT
    tell = blocks if reimages and not situation.target.accept_gap else warns
    registries = ", ".join(sorted({grant.scope.name for grant in pulls}))
    happens = "the switch re-images every node" if reimages else _what_may_happen(situation.cluster)
    yield tell(
        Code.PULL_GAP,
        f"The kubelet identity that AKS makes exists only after the switch; until its role on {registries} is in "
        f"effect, nodes that boot can't pull, and {happens}.",
        "Choose a kubelet identity in the same PUT (--kubelet pre_created_same_put; not documented, try one cluster), "
        "or accept the gap (--accept-gap) in an hour without scaling and upgrades.",
    )


def _what_may_happen(cluster: Cluster) -> str:
    reasons = ["the switch may re-image nodes by itself (Microsoft's pages differ)"]
    scaling = ", ".join(pool.name for pool in cluster.pools if pool.autoscaling)
    if scaling:
        reasons.append(f"pool {scaling} scales by itself")
    if cluster.image_channel in {"NodeImage", "SecurityPatch"}:
        reasons.append("AKS upgrades node images by itself")
    return ", ".join(reasons)


def _rights_gap(situation: Situation) -> Iterator[Finding]:
    """A system-assigned identity can be granted nothing before it exists."""
    if situation.target.control_plane != "system_assigned" or not situation.change.control_plane:
        return
    used = [f"{item.kind} {item.id.name}" for item in demands(situation.cluster, situation.surroundings)]
    used += [f"registry {grant.scope.name}" for grant in situation.kubelet_grants()]
    if not used:
        return
    tell = warns if situation.target.accept_gap else blocks
    yield tell(
        Code.RIGHTS_GAP,
        f"A system-assigned identity exists only from the switch on, and the cluster uses {', '.join(used)}: for up to "
        "an hour it may do without.",
        "Choose a user-assigned identity (--control-plane user_assigned), or accept the gap (--accept-gap).",
    )


def _addon_gap(cluster: Cluster) -> Iterator[Finding]:
    needing = sorted({grant.principal.describe() for grant in addon_grants(cluster)})
    if needing:
        yield warns(
            Code.ADDON_GAP,
            f"Add-ons get identities of their own only with the switch ({', '.join(needing)}); their roles are granted "
            "right after it.",
            "Expect metrics or ingress changes to pause for up to an hour.",
        )
