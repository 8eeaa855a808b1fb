"""What a target changes on a cluster: the first question of every plan, and of what must be read for it."""

from dataclasses import dataclass

from fleet_identity.cluster import Cluster, ManagedIdentity, ServicePrincipal, SystemAssigned, UserAssigned
from fleet_identity.inside import Inside
from fleet_identity.record import Rolls, SwitchRecord, short, unpack
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from fleet_identity.verdict import PoolVerdict, Verdict, verdicts

SYSTEM_ASSIGNED = "system-assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The difference between a cluster and its target."""

    control_plane: bool
    """Whether the control plane is to run on another identity."""
    kubelet_id: ResourceId | None
    """The pre-created kubelet identity that is still to be assigned."""
    verdicts: tuple[PoolVerdict, ...]
    record: SwitchRecord | None
    settled: bool
    """Whether the cluster runs on the target's control-plane identity already."""
    creates: bool = False
    """Whether the cluster is being made, so that everything is still to be granted."""

    @property
    def owed(self) -> frozenset[str]:
        """Name the pools whose nodes are still to be rolled: none of a cluster that we know nothing of."""
        known = self.record is not None or self.control_plane
        return frozenset(item.pool for item in self.verdicts if item.owed) if known else frozenset()

    @property
    def nodes(self) -> bool:
        """Whether any node is still to leave the old principal."""
        return bool(self.owed or self.kubelet_id)

    @property
    def rolling(self) -> bool:
        """Whether a change of ours re-images nodes by itself, and has not shown an end."""
        unsettled = any(item.verdict is Verdict.UNKNOWN for item in self.verdicts)
        return self.record is not None and self.record.rolls is Rolls.PUT and unsettled


def change(cluster: Cluster, target: Target, inside: Inside | None = None) -> Change:
    """Compare a cluster with its target."""
    record = unpack(cluster.tags, target.tag_prefix)
    settled = same_identity(cluster, target)
    moves = isinstance(cluster.identity, ServicePrincipal) or (not settled and may_replace(cluster, target, record))
    return Change(
        control_plane=moves,
        kubelet_id=_kubelet(cluster, target) if moves or settled else None,
        verdicts=verdicts(cluster, record, inside),
        record=record,
        settled=settled,
    )


def same_identity(cluster: Cluster, target: Target) -> bool:
    """Whether the control plane runs on what the target wants."""
    match target.control_plane_for(cluster.id):
        case SystemAssigned():
            return isinstance(cluster.identity, SystemAssigned)
        case UserAssigned() as wanted:
            return cluster.identity == wanted


def may_replace(cluster: Cluster, target: Target, record: SwitchRecord | None) -> bool:
    """Whether a managed identity may be replaced by the target's: if asked for, and never back to one that it left."""
    if not target.replace_identity or not isinstance(cluster.identity, SystemAssigned | UserAssigned):
        return False
    if target.control_plane == "system_assigned":
        return False  # the article knows no way from a user-assigned identity to a system-assigned one
    return not went_away_from(cluster, target, record)


def went_away_from(cluster: Cluster, target: Target, record: SwitchRecord | None) -> bool:
    """Whether the target is the identity that this cluster has left: going back would be a flip-flop."""
    wanted = named(target.control_plane_for(cluster.id))
    return record is not None and record.left.lower() == short(wanted).lower()


def named(identity: ManagedIdentity) -> str:
    """Name a managed identity as records do."""
    return identity.identity_id.text if isinstance(identity, UserAssigned) else SYSTEM_ASSIGNED


def _kubelet(cluster: Cluster, target: Target) -> ResourceId | None:
    wanted = target.kubelet_for(cluster.id)
    if wanted is None or (cluster.kubelet and cluster.kubelet.resource_id == wanted):
        return None
    replaces = cluster.kubelet is not None and not cluster.made_kubelet
    return None if replaces and not target.replace_identity else wanted
