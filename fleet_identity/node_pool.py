"""A node pool as ARM shows it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

_TERMINAL = frozenset({"Succeeded", "Failed", "Canceled"})
_DEFAULT_SURGE = "10%"
"""Where a pool says nothing. Source: Microsoft Learn, "Upgrade AKS node pools with rolling upgrades"."""


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
    power_state: str = "Running"
    os: str = "Linux"
    vm_size: str = ""
    spot: bool = False
    kubernetes_version: str = ""
    max_surge: str = ""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    taints: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether no operation runs on the pool."""
        return self.provisioning_state in _TERMINAL

    @property
    def surge(self) -> int:
        """How many nodes AKS adds while the pool rolls; a share is rounded up, and spot pools get none."""
        asked = self.max_surge or _DEFAULT_SURGE
        number = int(asked.removesuffix("%")) if asked.removesuffix("%").isdigit() else 0
        if self.spot:
            return 0  # Microsoft Learn, "Add a spot node pool": an upgrade of one has no surge nodes
        return math.ceil(self.count * number / 100) if asked.endswith("%") else number
