"""An AKS cluster as ARM shows it, reduced to what a change of identity depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fleet_identity.node_pool import NodePool
from fleet_identity.resource_id import ResourceId

BAD = frozenset({"Failed", "Canceled"})
TERMINAL = BAD | {"Succeeded"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal:
    """The cluster lives on an application's secret; ARM tells the application id only."""

    client_id: str

    def describe(self) -> str:
        """Say it in a few words."""
        return "service principal"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAssigned:
    """The control-plane identity that lives and dies with the cluster; "" where its principal does not exist yet."""

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


ManagedIdentity = SystemAssigned | UserAssigned
ControlPlaneIdentity = ServicePrincipal | ManagedIdentity | UnknownIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletIdentity:
    """The identity that nodes use to pull images, from the next time that they are re-imaged."""

    resource_id: ResourceId
    client_id: str
    object_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addon:
    """An add-on that is enabled, and the identity that it runs as once the cluster has left its service principal."""

    name: str
    principal_id: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    zones: tuple[ResourceId, ...] = ()
    """DNS zones that application routing manages."""

    def setting(self, name: str) -> str:
        """Give a setting, "" where there is none; ARM writes their names in more than one casing."""
        return next((text for key, text in self.settings.items() if key.lower() == name.lower()), "")


ReferenceKind = Literal[
    "subnet",
    "pod subnet",
    "API server subnet",
    "route table",
    "NAT gateway",
    "public IP",
    "public IP prefix",
    "private DNS zone",
    "virtual network",
    "disk encryption set",
    "key vault",
    "proximity placement group",
    "capacity reservation group",
    "dedicated host group",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A resource outside the cluster that its control plane must be able to use."""

    kind: ReferenceKind
    id: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdKey:
    """The Key Vault key that etcd is encrypted with; ARM names the vault's resource only where it is private."""

    vault: str
    vault_id: ResourceId | None = None

    @property
    def private(self) -> bool:
        """Whether the vault is reached through a private endpoint."""
        return self.vault_id is not None


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
    kubernetes_version: str = ""
    addons: tuple[Addon, ...] = ()
    features: tuple[str, ...] = ()
    """Built-in services that Microsoft's table of identities names and that are no add-ons, such as cost analysis."""
    etcd_key: EtcdKey | None = None
    pod_identity: bool = False
    node_provisioning: bool = False
    """Whether node auto-provisioning (Karpenter) makes nodes beside the pools."""
    run_command: bool = True
    """Whether commands may be run in the cluster through ARM."""
    node_disruption_policy: str = ""
    """Allow, AllowDuringMaintenanceWindow or Block; "" where ARM does not show it (preview API versions do)."""
    image_channel: str = ""
    """The node OS upgrade channel, such as NodeImage; "" where there is none."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    named_identities: frozenset[ResourceId] = frozenset()
    """User-assigned identities that ARM names anywhere on the cluster: control plane, kubelets, add-ons, pods."""
    document: object = field(default=None, repr=False, compare=False)
    """All that ARM sent, for the gateway alone: what a PUT must send back untouched."""

    @property
    def outside_references(self) -> tuple[Reference, ...]:
        """What the control plane uses beyond the node resource group, where it holds Contributor anyway."""
        return tuple(item for item in self.references if not self.node_resource_group.contains(item.id))

    @property
    def monitoring_workspace(self) -> ResourceId | None:
        """The Log Analytics workspace that the monitoring add-on names."""
        monitoring = self.addon("omsagent")
        named = monitoring.setting("logAnalyticsWorkspaceResourceID") if monitoring else ""
        return ResourceId(str(named)) if named else None

    @property
    def idle(self) -> bool:
        """Whether no operation runs on the cluster or on a pool of it."""
        return self.provisioning_state in TERMINAL and all(pool.idle for pool in self.pools)

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
        if self.provisioning_state not in TERMINAL:
            return self.provisioning_state
        return ", ".join(f"{pool.name}: {pool.provisioning_state}" for pool in self.pools if not pool.idle)

    @property
    def nodes(self) -> int:
        """How many nodes all pools have together."""
        return sum(pool.count for pool in self.pools)

    @property
    def made_kubelet(self) -> bool:
        """Whether the kubelet identity is the one that AKS has made in the node resource group."""
        return self.kubelet is not None and self.node_resource_group.contains(self.kubelet.resource_id)

    def pool(self, name: str) -> NodePool | None:
        """Find a pool by name; None where somebody has deleted it."""
        return next((pool for pool in self.pools if pool.name == name), None)

    def addon(self, name: str) -> Addon | None:
        """Find an enabled add-on by name, in any casing."""
        return next((addon for addon in self.addons if addon.name.lower() == name.lower()), None)
