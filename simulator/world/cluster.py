"""A cluster of a world, as its author describes it."""

from typing import Any, Literal

from pydantic import Field, model_validator

from simulator.world.addons import EnabledAddon, WebAppRouting
from simulator.world.duration import Duration
from simulator.world.key_vaults import Kms
from simulator.world.movement import AutoUpgrade, MaintenanceWindow
from simulator.world.network import Network
from simulator.world.node_pool import NodePool
from simulator.world.settings import Part


class Identity(Part):
    """What the control plane runs as: exactly one of the three."""

    service_principal: str | None = None
    system_assigned: bool = False
    user_assigned: str | None = None
    kubelet: str | None = None
    """A pre-created kubelet identity, beside a user-assigned one of the control plane."""

    @model_validator(mode="after")
    def _exactly_one(self) -> "Identity":
        if sum((self.service_principal is not None, self.system_assigned, self.user_assigned is not None)) != 1:
            raise ValueError("give exactly one of service_principal, system_assigned, user_assigned")
        if self.kubelet and self.user_assigned is None:
            raise ValueError("kubelet goes with user_assigned")
        return self


class OperationInProgress(Part):
    """An operation that was running when the world starts."""

    name: str = "Upgrading"
    ends_after: Duration


class PodDisruptionBudget(Part):
    """A budget: where it permits no eviction, nodes of the pools that it blocks can't be drained."""

    namespace: str = "default"
    name: str
    blocks: list[str] = Field(default=[])
    """Names of node pools."""
    allows: int = Field(default=0, ge=0)
    """How many of its pods may be evicted at once; where it allows any, it blocks nothing."""


class Cluster(Part):
    """An AKS cluster."""

    name: str = Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$")
    subscription: str | None = None
    """Id or name; the first one by default."""
    resource_group: str
    location: str = "westeurope"
    kubernetes_version: str = "1.33.2"
    identity: Identity
    node_pools: list[NodePool] = Field(min_length=1)
    network: Network = Network()
    addons: list[EnabledAddon] = Field(default=[])
    """Enabled add-ons; each gets an identity of its own when the cluster leaves its service principal."""
    web_app_routing: WebAppRouting | None = None
    """It has an identity of its own from the start, whatever the control plane runs as."""
    disk_encryption_set: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/diskEncryptionSets/[^/]+$")
    kms: Kms | None = None
    pod_identity: bool = False
    """Whether the retired pod identity (aad-pod-identity) is enabled."""
    node_provisioning: Literal["Auto", "Manual"] | None = None
    """Auto: AKS makes nodes that belong to no node pool. Not shown where nothing is said."""
    run_command_disabled: bool = False
    monitoring_workspace_deleted: bool = False
    """Whether somebody has deleted the Log Analytics workspace that its monitoring add-on names."""
    pulls_from: list[str] = Field(default=[])
    """Registries whose images its workloads run."""
    one_pool_at_a_time: bool = False
    """What its owners asked for; incidents are judged by it."""
    operation_in_progress: OperationInProgress | None = None
    auto_upgrade: AutoUpgrade = AutoUpgrade()
    maintenance_windows: list[MaintenanceWindow] = Field(default=[])
    power: Literal["Running", "Stopped"] = "Running"
    state: Literal["Succeeded", "Failed"] = "Succeeded"
    """How the last operation on it ended before the world began."""
    pod_disruption_budgets: list[PodDisruptionBudget] = Field(default=[])
    node_disruption_policy: Literal["Allow", "AllowDuringMaintenanceWindow", "Block"] = "Allow"
    """ARM shows it in preview versions only; a world has no windows, and without one everything is allowed."""
    tags: dict[str, str] = Field(default={})
    extra_properties: dict[str, Any] = Field(default={})
    """Laid over the ARM properties as they are: things newer than anyone's model."""
