"""A cluster, all that is around it, and what is wanted of it: what plans and findings are made from."""

from collections.abc import Iterable
from dataclasses import dataclass

from fleet_identity.allow_list import AllowList
from fleet_identity.change import Change
from fleet_identity.cluster import Cluster, ServicePrincipal, SystemAssigned
from fleet_identity.grants.addons import addon_grants
from fleet_identity.grants.copied import copied_grants
from fleet_identity.grants.demands import demanded_grants
from fleet_identity.grants.extra import extra_grants
from fleet_identity.grants.pulls import pull_grants
from fleet_identity.record import Rolls
from fleet_identity.roles import MANAGED_IDENTITY_OPERATOR
from fleet_identity.steps import AddonOf, AssignRole, ControlPlaneOf, IdentityNamed, KubeletOf, Principal
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that a plan is made from."""

    cluster: Cluster
    surroundings: Surroundings
    target: Target
    allow: AllowList
    change: Change

    @property
    def control_plane(self) -> Principal:
        """The principal of the control plane that is wanted."""
        if self.target.control_plane == "system_assigned":
            return ControlPlaneOf(cluster_id=self.cluster.id)
        return IdentityNamed(id=self.target.identity_for(self.cluster.id))

    @property
    def kubelet(self) -> Principal:
        """The principal that nodes shall pull as."""
        wanted = self.target.kubelet_for(self.cluster.id)
        return IdentityNamed(id=wanted) if wanted else KubeletOf(cluster_id=self.cluster.id)

    @property
    def leaves_principal(self) -> bool:
        """Whether the cluster runs on a service principal still."""
        return isinstance(self.cluster.identity, ServicePrincipal)

    @property
    def same_put(self) -> bool:
        """Whether the kubelet identity is assigned in the PUT that switches."""
        return self.change.control_plane and self.target.kubelet == "pre_created_same_put"

    @property
    def rolls(self) -> Rolls:
        """What brings nodes to the kubelet identity after the switch, as far as is known."""
        if self.same_put and self.change.kubelet_id:
            return Rolls.PUT
        if not self.leaves_principal:
            return Rolls.NONE
        known = {"yes": Rolls.PUT, "no": Rolls.IMAGE, "unknown": Rolls.UNKNOWN}
        return known[self.target.switch_reimages]

    def control_plane_grants(self) -> tuple[AssignRole, ...]:
        """List what the control plane must hold; after the switch to a user-assigned one only what is asked for."""
        following = self.change.settled and isinstance(self.cluster.identity, SystemAssigned) and self.change.record
        fresh = self.change.control_plane
        return _once(
            (
                *(demanded_grants(self.cluster, self.surroundings, self.control_plane) if fresh or following else ()),
                *(copied_grants(self.surroundings, self.allow, self.control_plane) if fresh else ()),
                *self._assigns_kubelet(),
                *(grant for grant in self._extra() if grant.principal == self.control_plane),
            )
        )

    def kubelet_grants(self) -> tuple[AssignRole, ...]:
        """List what the kubelet identity must hold: while nodes are still to come to it, its pull roles."""
        pulls = pull_grants(self.surroundings, self.target, self.kubelet) if self._nodes_move() else ()
        return _once((*pulls, *(grant for grant in self._extra() if grant.principal == self.kubelet)))

    def addon_grants(self) -> tuple[AssignRole, ...]:
        """List what add-ons must hold once they have identities of their own."""
        own = {self.control_plane, self.kubelet}
        moved = addon_grants(self.cluster) if self.change.control_plane or self.change.record else ()
        asked = (*moved, *(grant for grant in self._extra() if grant.principal not in own))
        return _once(grant for grant in asked if self.change.control_plane or self._has_identity(grant.principal))

    def all_grants(self) -> tuple[AssignRole, ...]:
        """List every role that the migration needs."""
        return (*self.control_plane_grants(), *self.kubelet_grants(), *self.addon_grants())

    def relied_on(self) -> tuple[AssignRole, ...]:
        """List what must be in effect before nodes roll: pull roles, and what the control plane uses since the switch.

        Before it, the switch itself waits for the control plane's.
        """
        return _once((*self.kubelet_grants(), *(() if self.change.control_plane else self.control_plane_grants())))

    def exists(self, principal: Principal) -> bool:
        """Whether a principal exists, so that it can be granted something before anything else is done."""
        match principal:
            case IdentityNamed() as named:
                return named.id in self.surroundings.identities
            case ControlPlaneOf():
                return self.change.settled
            case KubeletOf():
                return self.cluster.kubelet is not None
            case AddonOf():
                return True  # of a cluster that has switched only those with an identity are asked for

    def _has_identity(self, principal: Principal) -> bool:
        addon = self.cluster.addon(principal.addon) if isinstance(principal, AddonOf) else None
        return addon is not None and addon.principal_id is not None

    def _nodes_move(self) -> bool:
        ours = self.change.record is not None and self.change.record.client_id is not None
        return self.change.creates or self.leaves_principal or self.change.nodes or ours

    def _assigns_kubelet(self) -> tuple[AssignRole, ...]:
        """The control plane must be permitted to assign a kubelet identity that AKS has not made itself."""
        kept = self.cluster.kubelet and not self.cluster.made_kubelet and self.change.control_plane
        wanted = self.change.kubelet_id or (self.cluster.kubelet.resource_id if kept and self.cluster.kubelet else None)
        if wanted is None:
            return ()
        return (
            AssignRole(
                principal=self.control_plane,
                role=MANAGED_IDENTITY_OPERATOR,
                scope=wanted,
                because="it assigns this kubelet identity to nodes",
            ),
        )

    def _extra(self) -> tuple[AssignRole, ...]:
        if not (self.change.control_plane or self.change.settled):
            return ()
        return extra_grants(self.cluster, self.surroundings, self.target, self.control_plane, self.kubelet)


def _once(grants: Iterable[AssignRole]) -> tuple[AssignRole, ...]:
    """Leave out grants that are asked for twice, whatever the reasons."""
    return tuple({(grant.principal, grant.role.guid, grant.scope): grant for grant in grants}.values())
