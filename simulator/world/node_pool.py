"""A node pool of a world, as its author describes it."""

from typing import Literal

from pydantic import Field

from simulator.world.movement import Autoscaler
from simulator.world.settings import Part

SUBNET = r"(?i)^/subscriptions/.+/subnets/[^/]+$"


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
    subnet: str | None = Field(default=None, pattern=SUBNET)
    pod_subnet: str | None = Field(default=None, pattern=SUBNET)
    """Where its pods have their addresses, apart from those of the nodes."""
    node_public_ip_prefix: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/publicIPPrefixes/[^/]+$")
    """Each node has a public address out of it."""
    proximity_placement_group: str | None = Field(
        default=None, pattern=r"(?i)^/subscriptions/.+/proximityPlacementGroups/[^/]+$"
    )
    capacity_reservation_group: str | None = Field(
        default=None, pattern=r"(?i)^/subscriptions/.+/capacityReservationGroups/[^/]+$"
    )
    host_group: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/hostGroups/[^/]+$")
    """Dedicated hosts that its nodes run on."""
    power: Literal["Running", "Stopped"] = "Running"
    """A stopped pool keeps its count and runs no nodes."""
    availability: Literal["VirtualMachineScaleSets", "AvailabilitySet", "VirtualMachines"] = "VirtualMachineScaleSets"
    """What its nodes are made of; ARM calls it the type."""
    state: Literal["Succeeded", "Failed"] = "Succeeded"
    """How the last operation on it ended before the world began."""
    labels: dict[str, str] = Field(default={})
    taints: list[str] = Field(default=[])
