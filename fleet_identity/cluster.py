"""An AKS cluster as ARM shows it, reduced to what a change of identity depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fleet_identity.resource_id import ResourceId

_TERMINAL = frozenset({"Succeeded", "Failed", "Canceled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal:
    """The cluster lives on an application's secret; ARM tells the application id only."""

    client_id: str

    def describe(self) -> str:
        """Say it in a few words."""
        return "service principal"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAssigned:
    """The control-plane identity that lives and dies with the cluster."""

    principal_id: str

    def describe(self) -> str:
        """Say it in a few words."""
        return "system-assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAssigned:
    """The control-plane identity is a resource of its own."""

    identity_id: ResourceId

    def describe(self) -> str:
        """Say it in a few words."""
        return "user-assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownIdentity:
    """ARM shows something that is none of the three; such a cluster is never touched."""

    shown: str

    def describe(self) -> str:
        """Say it in a few words."""
        return self.shown


ControlPlaneIdentity = ServicePrincipal | SystemAssigned | UserAssigned | UnknownIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletIdentity:
    """The identity that nodes use to pull images, from the next time that they are re-imaged."""

    resource_id: ResourceId
    client_id: str
    object_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePool:
    """A node pool; `image` is the node image version, such as `AKSUbuntu-2204gen2containerd-202610.05.0`."""

    name: str
    mode: str
    """System, User or Gateway."""
    kind: str
    """VirtualMachineScaleSets, AvailabilitySet, or another that AKS may come to have."""
    count: int
    autoscaling: bool
    image: str
    provisioning_state: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    taints: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether no operation runs on the pool."""
        return self.provisioning_state in _TERMINAL


ReferenceKind = Literal["subnet", "pod subnet", "API server subnet", "route table", "public IP", "public IP prefix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A resource outside the cluster that its control plane must be able to use."""

    kind: ReferenceKind
    id: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One reading of a managed cluster."""

    id: ResourceId
    location: str
    etag: str
    identity: ControlPlaneIdentity
    kubelet: KubeletIdentity | None
    pools: tuple[NodePool, ...]
    references: tuple[Reference, ...]
    node_resource_group: ResourceId
    provisioning_state: str
    power_state: str
    unsupported: tuple[str, ...] = ()
    """Features in use whose roles we can't take over yet, in words."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    document: object = field(default=None, repr=False, compare=False)
    """All that ARM sent, for the gateway alone: what a PUT must send back untouched."""

    @property
    def outside_references(self) -> tuple[Reference, ...]:
        """What the control plane uses beyond the node resource group, where it holds Contributor anyway."""
        return tuple(item for item in self.references if not self.node_resource_group.contains(item.id))

    @property
    def idle(self) -> bool:
        """Whether no operation runs on the cluster or on a pool of it."""
        return self.provisioning_state in _TERMINAL and all(pool.idle for pool in self.pools)

    @property
    def healthy(self) -> bool:
        """Whether the cluster runs, and the last operation on it and on each pool came to a good end."""
        states = {self.provisioning_state, *(pool.provisioning_state for pool in self.pools)}
        return self.power_state == "Running" and states == {"Succeeded"}

    @property
    def condition(self) -> str:
        """Tell the cluster's power and provisioning state, and those of pools that differ."""
        odd = [
            f"{pool.name}: {pool.provisioning_state}" for pool in self.pools if pool.provisioning_state != "Succeeded"
        ]
        return ", ".join((self.power_state, self.provisioning_state, *odd))

    @property
    def operation(self) -> str:
        """What runs on the cluster at the moment, in ARM's words; "" if nothing does."""
        if self.provisioning_state not in _TERMINAL:
            return self.provisioning_state
        return ", ".join(f"{pool.name}: {pool.provisioning_state}" for pool in self.pools if not pool.idle)

    def pool(self, name: str) -> NodePool | None:
        """Find a pool by name; None where somebody has deleted it."""
        return next((pool for pool in self.pools if pool.name == name), None)
