"""Container registries, and what it takes to pull from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KIND = "Microsoft.ContainerRegistry/registries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A container registry."""

    id: str
    name: str
    location: str
    mode: Literal["rbac", "abac"]
    other_tenant: bool = False
    """Whether it lies in another tenant than the clusters."""

    @property
    def pull_action(self) -> str:
        """What a kubelet must be permitted; a registry with ABAC does not honour AcrPull.

        Source: Microsoft Learn, attribute-based access control for repository permissions.
        """
        if self.mode == "abac":
            return f"{KIND}/repositories/content/read"
        return f"{KIND}/pull/read"
