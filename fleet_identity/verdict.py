"""Whether a pool's kubelets have left the old principal, and how we know.

ARM does not tell. After the switch it shows the kubelet identity at once, though nodes keep the old principal
until they are re-imaged. The best that ARM can give is "likely": the pool's image differs from the one that
was recorded at the switch, and images change by re-imaging only. The nodes' own labels verify it.
"""

from dataclasses import dataclass
from enum import StrEnum

from fleet_identity.cluster import Cluster, ServicePrincipal
from fleet_identity.inside import Inside, Node
from fleet_identity.node_pool import NodePool
from fleet_identity.record import CREATED, Rolls, SwitchRecord


class Verdict(StrEnum):
    """What is known of a pool's kubelets."""

    VERIFIED = "verified"
    LIKELY = "likely"
    UNKNOWN = "unknown"
    NOT_SWITCHED = "not switched"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolVerdict:
    """The verdict on one pool, with its evidence, and whether a roll of its nodes is still owed."""

    pool: str
    verdict: Verdict
    evidence: str
    owed: bool = False


_Judgement = tuple[Verdict, str, bool]


def verdicts(cluster: Cluster, record: SwitchRecord | None, inside: Inside | None = None) -> tuple[PoolVerdict, ...]:
    """Judge every pool by what its nodes say, or else by what ARM shows and what the tags recorded."""
    return tuple(_verdict(cluster, pool, record, inside) for pool in cluster.pools)


def _verdict(cluster: Cluster, pool: NodePool, record: SwitchRecord | None, inside: Inside | None) -> PoolVerdict:
    nodes = inside.of_pool(pool.name) if inside else ()
    verdict, evidence, owed = _by_labels(cluster, nodes) if nodes else _by_image(cluster, pool, record)
    return PoolVerdict(pool=pool.name, verdict=verdict, evidence=evidence, owed=owed)


def _by_labels(cluster: Cluster, nodes: tuple[Node, ...]) -> _Judgement:
    wanted = cluster.kubelet.client_id.lower() if cluster.kubelet else ""
    others = [node.name for node in nodes if not wanted or node.kubelet_client_id.lower() != wanted]
    if others:
        return Verdict.NOT_SWITCHED, f"{len(others)} of {len(nodes)} nodes use another identity ({others[0]})", True
    return Verdict.VERIFIED, f"all {len(nodes)} nodes are labelled with the kubelet identity {wanted}", False


def _by_image(cluster: Cluster, pool: NodePool, record: SwitchRecord | None) -> _Judgement:
    if isinstance(cluster.identity, ServicePrincipal):
        return Verdict.NOT_SWITCHED, "the cluster runs on a service principal", True
    if record is None:
        return Verdict.UNKNOWN, "the cluster's tags hold no record of a switch", False
    if record.left == CREATED:
        return Verdict.LIKELY, "the cluster was made on managed identities", False
    if record.rolls is Rolls.NONE:
        return Verdict.UNKNOWN, "the cluster ran on a managed identity before; its nodes were not concerned", False
    if pool.name not in record.images:
        return Verdict.LIKELY, "the pool was made after the switch", False
    return _since(pool, record)


def _since(pool: NodePool, record: SwitchRecord) -> _Judgement:
    rolled = _rolled(pool, record)
    if not rolled:
        return _same_image(pool, record)
    if pool.provisioning_state != "Succeeded":
        return Verdict.NOT_SWITCHED, f"{pool.provisioning_state}: the roll has not come to a good end", True
    return Verdict.LIKELY, f"re-imaged since the switch: {rolled}", False


def _rolled(pool: NodePool, record: SwitchRecord) -> str:
    """Tell what shows that the pool has rolled since: another image, or another Kubernetes version; "" if nothing."""
    image, version = record.images[pool.name], record.versions.get(pool.name, pool.kubernetes_version)
    if image != pool.image:
        return f"{image} -> {pool.image}"
    return f"Kubernetes {version} -> {pool.kubernetes_version}" if version != pool.kubernetes_version else ""


def _same_image(pool: NodePool, record: SwitchRecord) -> _Judgement:
    match record.rolls:
        case Rolls.PUT:
            told = "the change re-images every pool by itself, which ARM does not show; the next image settles it"
            return Verdict.UNKNOWN, f"still on {pool.image}: {told}", False
        case Rolls.UNKNOWN:
            return (
                Verdict.UNKNOWN,
                f"still on {pool.image}, the image of before; ARM can't tell whether it rolled",
                True,
            )
        case _:
            return Verdict.NOT_SWITCHED, f"still on {pool.image}, the image of before the switch", True
