"""A cluster of a world, as its author describes it."""

from typing import Any, Literal, TypeAlias

from pydantic import Field, model_validator

from simulator.world.duration import Duration
from simulator.world.movement import Autoscaler, AutoUpgrade, MaintenanceWindow
from simulator.world.settings import Part

Addon: TypeAlias = Literal[
    "aciConnectorLinux",
    "azureKeyvaultSecretsProvider",
    "azurepolicy",
    "httpApplicationRouting",
    "ingressApplicationGateway",
    "omsagent",
]


class NodePool(Part):
    """A node pool."""

    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,11}$")
    mode: Literal["System", "User"] = "System"
    count: int = Field(default=3, ge=0, le=1000)
    os: Literal["Linux", "Windows"] = "Linux"
    vm_size: str = "Standard_D4s_v5"
    image_family: str = "AKSUbuntu-2204gen2containerd"
    image: str = "newest"
    """A published version of the family, or `newest`."""
    kubernetes_version: str | None = None
    """The control plane's by default."""
    max_surge: str | None = None
    autoscaler: Autoscaler | None = None
    spot: bool = False
    """Whether its machines are spare capacity that Azure may take back."""
    subnet: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/subnets/[^/]+$")
    labels: dict[str, str] = Field(default={})
    taints: list[str] = Field(default=[])


class Network(Part):
    """What the cluster uses outside its node resource group."""

    route_table: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/routeTables/[^/]+$")
    """Hangs on the subnets of the cluster's pools, as a route table does in Azure."""
    private_dns_zone: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/privateDnsZones/[^/]+$")
    """A zone of the customer's own; the cluster is then a private one."""
    outbound_public_ips: list[str] = Field(default=[])


class Identity(Part):
    """What the control plane runs as: exactly one of the three."""

    service_principal: str | None = None
    system_assigned: bool = False
    user_assigned: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Identity":
        if sum((self.service_principal is not None, self.system_assigned, self.user_assigned is not None)) != 1:
            raise ValueError("give exactly one of service_principal, system_assigned, user_assigned")
        return self


class OperationInProgress(Part):
    """An operation that was running when the world starts."""

    name: str = "Upgrading"
    ends_after: Duration


class PodDisruptionBudget(Part):
    """A budget that permits no eviction: nodes of some pools can't be drained."""

    namespace: str = "default"
    name: str
    blocks: list[str] = Field(default=[])
    """Names of node pools."""


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
    addons: list[Addon] = Field(default=[])
    """Enabled add-ons; each gets an identity of its own when the cluster leaves its service principal."""
    pulls_from: list[str] = Field(default=[])
    """Registries whose images its workloads run."""
    one_pool_at_a_time: bool = False
    """What its owners asked for; incidents are judged by it."""
    operation_in_progress: OperationInProgress | None = None
    auto_upgrade: AutoUpgrade = AutoUpgrade()
    maintenance_windows: list[MaintenanceWindow] = Field(default=[])
    power: Literal["Running", "Stopped"] = "Running"
    pod_disruption_budgets: list[PodDisruptionBudget] = Field(default=[])
    node_disruption_policy: Literal["Allow", "AllowDuringMaintenanceWindow", "Block"] = "Allow"
    """ARM shows it in preview versions only; a world has no windows, and without one everything is allowed."""
    tags: dict[str, str] = Field(default={})
    extra_properties: dict[str, Any] = Field(default={})
    """Laid over the ARM properties as they are: things newer than anyone's model."""
