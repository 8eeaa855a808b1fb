"""Whether a pool's kubelets have left the service principal, and how we know.

ARM does not tell. After the switch it shows the kubelet identity at once, though nodes keep the old principal
until they are re-imaged. The best that ARM can give is "likely": the pool's image differs from the one that
was recorded at the switch, and images change by re-imaging only.
"""

from dataclasses import dataclass
from enum import StrEnum

from fleet_identity.cluster import Cluster, NodePool, ServicePrincipal
from fleet_identity.record import SwitchRecord


class Verdict(StrEnum):
    """What is known of a pool's kubelets."""

    VERIFIED = "verified"
    LIKELY = "likely"
    UNKNOWN = "unknown"
    NOT_SWITCHED = "not switched"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolVerdict:
    """The verdict on one pool, with its evidence."""

    pool: str
    verdict: Verdict
    evidence: str


def verdicts(cluster: Cluster, record: SwitchRecord | None) -> tuple[PoolVerdict, ...]:
    """Judge every pool by what ARM shows and what the tags recorded."""
    return tuple(_verdict(cluster, pool, record) for pool in cluster.pools)


def _verdict(cluster: Cluster, pool: NodePool, record: SwitchRecord | None) -> PoolVerdict:
    verdict, evidence = _judge(cluster, pool, record)
    return PoolVerdict(pool=pool.name, verdict=verdict, evidence=evidence)


def _judge(cluster: Cluster, pool: NodePool, record: SwitchRecord | None) -> tuple[Verdict, str]:
    if isinstance(cluster.identity, ServicePrincipal):
        return Verdict.NOT_SWITCHED, "the cluster runs on a service principal"
    if record is None:
        return Verdict.UNKNOWN, "the cluster's tags hold no record of the switch"
    before = record.images.get(pool.name)
    if before is None:
        return Verdict.LIKELY, "the pool was made after the switch"
    if before == pool.image:
        return Verdict.NOT_SWITCHED, f"still on {pool.image}, the image of before the switch"
    if pool.provisioning_state != "Succeeded":
        return Verdict.NOT_SWITCHED, f"{pool.provisioning_state}: the roll has not come to a good end"
    return Verdict.LIKELY, f"re-imaged since the switch: {before} -> {pool.image}"
