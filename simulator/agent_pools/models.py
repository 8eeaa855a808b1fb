"""Agent pools and their nodes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.guid import fresh_guid

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.operations.models import Operation

CHANGEABLE = ("count", "nodeLabels", "nodeTaints")
"""What owners change on a pool from day to day, and a stale PUT takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kubelet:
    """What the kubelet of a node runs as."""

    client_id: str
    principal_id: str
    name: str
    resource_id: str | None = None
    """None for a service principal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node as it last booted."""

    name: str
    image: str
    kubelet: Kubelet


@dataclass(slots=True, kw_only=True)
class AgentPool:
    """A node pool: its settings, its state, its nodes."""

    name: str
    profile: JsonObject
    """The settings, as ARM shows them."""
    image: str
    nodes: list[Node] = field(default_factory=list)
    provisioning_state: str = "Succeeded"
    etag: str = field(default_factory=fresh_guid)
    operation: Operation | None = None
    unfinished_image: str | None = None
    """The image of an upgrade that failed; the next PUT takes it up."""
    rolling: bool = False
    rolls: int = 0
    owners_roll: bool = False
    """The roll that goes on was asked for by the owners, or by their channel: no migration answers for it."""
    earlier: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    """Values that changeable settings had before."""

    @property
    def count(self) -> int:
        """How many nodes the pool is set to have."""
        return int(self.profile.get("count", 0))

    @property
    def is_stopped(self) -> bool:
        """Whether it keeps its settings and runs no nodes."""
        return (self.profile.get("powerState") or {}).get("code") == "Stopped"

    @property
    def is_availability_set(self) -> bool:
        """Whether its nodes are single machines, whose image no call upgrades (Azure/AKS#3415)."""
        return self.profile.get("type") == "AvailabilitySet"

    @property
    def running(self) -> int:
        """How many nodes it is to run now."""
        return 0 if self.is_stopped else self.count

    @property
    def family(self) -> str:
        """The family of its node image."""
        return self.image.rpartition("-")[0]

    def touch(self) -> None:
        """Give the pool a new eTag."""
        self.etag = fresh_guid()

    def set(self, name: str, value: Any) -> None:
        """Change a setting, and remember what it was."""
        before = self.profile.get(name)
        if name in CHANGEABLE and before != value:
            self.earlier[name].append(before)
        self.profile[name] = value
