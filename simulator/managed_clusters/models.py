"""AKS clusters: what they run as, what they need, how they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from simulator.errors import from_aks
from simulator.guid import fresh_guid
from simulator.operations.models import Operation
from simulator.resource_id import group_id, key

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.agent_pools.models import AgentPool, Kubelet
    from simulator.json_object import JsonObject
    from simulator.managed_identities.models import UserAssignedIdentity
    from simulator.world.cluster import PodDisruptionBudget

KIND = "Microsoft.ContainerService/managedClusters"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlane:
    """The identity that the control plane runs as."""

    type: Literal["ServicePrincipal", "SystemAssigned", "UserAssigned"]
    name: str
    client_id: str
    principal_id: str
    resource_id: str | None = None
    """Of a user-assigned identity, written as the client wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """What only the cluster's owners know; ARM shows none of it."""

    registries: tuple[str, ...] = ()
    """Ids of the registries that the workloads pull from."""
    one_pool_at_a_time: bool = False


@dataclass(slots=True, kw_only=True)
class ManagedCluster:
    """An AKS cluster."""

    id: str
    name: str
    subscription: str
    group: str
    location: str
    control_plane: ControlPlane
    kubelet_in_force: Kubelet
    """What a node that boots now runs as."""
    properties: JsonObject
    """The ARM properties, without those that follow from the rest of this object."""
    pools: dict[str, AgentPool] = field(default_factory=dict)
    owners: Owners = Owners()
    tags: dict[str, str] | None = None
    sku: JsonObject = field(default_factory=lambda: {"name": "Base", "tier": "Free"})
    power: Literal["Running", "Stopped"] = "Running"
    provisioning_state: str = "Succeeded"
    shows_identity_ids: bool = True
    """A user-assigned identity's ids are shown once the PUT that assigned it has succeeded (recordings)."""
    shown_kubelet: Kubelet | None = None
    """The kubelet identity that ARM shows: the one of the last PUT that has succeeded (recordings)."""
    addon_identities: dict[str, UserAssignedIdentity] = field(default_factory=dict)
    """What add-ons run as, by the add-on; none while they run as the service principal."""
    addons_since: dict[str, datetime] = field(default_factory=dict)
    """From when on they have run as that."""
    etag: str = field(default_factory=fresh_guid)
    operation: Operation | None = None
    budgets: list[PodDisruptionBudget] = field(default_factory=list)
    """Pod disruption budgets that permit no eviction."""
    node_disruption_policy: str = "Allow"

    @property
    def key(self) -> str:
        """The id in the form under which ids are equal."""
        return key(self.id)

    @property
    def node_resource_group(self) -> str:
        """The name of the group that AKS keeps the nodes in."""
        return str(self.properties["nodeResourceGroup"])

    @property
    def node_resource_group_id(self) -> str:
        """The id of that group."""
        return group_id(self.subscription, self.node_resource_group)

    @property
    def busy_pools(self) -> list[AgentPool]:
        """Pools with an operation of their own."""
        return [pool for pool in self.pools.values() if pool.operation]

    def touch(self) -> None:
        """Give the cluster and its pools new eTags, as a cluster operation does (Microsoft Learn: eTags)."""
        self.etag = fresh_guid()
        for pool in self.pools.values():
            pool.touch()

    def show(self, state: str) -> None:
        """Put the cluster and its pools into a provisioning state (recordings of Azure CLI test traffic)."""
        self.provisioning_state = state
        for pool in self.pools.values():
            pool.provisioning_state = state

    def new_operation(self, kind: str, now: datetime) -> Operation:
        """An operation on the cluster or one of its pools that begins now."""
        return Operation(
            kind=kind, subscription=self.subscription, location=self.location, started=now, group=self.group
        )

    def require_pool(self, name: str) -> AgentPool:
        """A pool, or AKS's refusal."""
        pool = self.pools.get(name.lower())
        if pool is None:
            raise from_aks(404, "NotFound", f"Could not find the agentpool {name} in the managed cluster.")
        return pool
