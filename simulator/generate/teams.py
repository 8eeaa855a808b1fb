"""Teams: who shares a subscription, a region, a service principal, a network and a registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.generate import shares
from simulator.generate.extras import region_of
from simulator.generate.shares import happens
from simulator.resource_id import group_id

if TYPE_CHECKING:
    from random import Random

_AREAS = ("pay", "shop", "batch", "search", "iot", "data", "web", "tools", "risk", "media")
_REGIONS = {"weu": "westeurope", "neu": "northeurope", "eus": "eastus2", "uks": "uksouth", "swe": "swedencentral"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """What the clusters of a team have in common."""

    name: str
    size: int
    subscription: str
    subscription_id: str
    region: str
    location: str
    abac: bool
    """Its registry does not honour AcrPull."""
    wide: bool
    """Its service principal works by Contributor on the subscription, not by roles on what it uses."""
    routed: bool
    """Its egress goes through a firewall, by a route table."""

    @property
    def group(self) -> str:
        """Its clusters' resource group."""
        return f"rg-{self.name}-{self.region}"

    @property
    def principal(self) -> str:
        """Its service principal, which its clusters share."""
        return f"sp-{self.name}"

    @property
    def registry(self) -> str:
        """Its registry."""
        return f"acr{self.name.replace('-', '')}"

    @property
    def registry_described(self) -> dict[str, Any]:
        """Its registry, as a world describes it."""
        return {
            "name": self.registry,
            "resource_group": f"rg-{self.name}-shared",
            "location": self.location,
            "subscription": self.subscription,
            "mode": "abac" if self.abac else "rbac",
        }

    @property
    def registry_id(self) -> str:
        """The id of its registry."""
        shared = group_id(self.subscription_id, f"rg-{self.name}-shared")
        return f"{shared}/providers/Microsoft.ContainerRegistry/registries/{self.registry}"

    @property
    def network_id(self) -> str:
        """What the ids of its network's resources begin with."""
        return f"{group_id(self.subscription_id, f'rg-{self.name}-network')}/providers/Microsoft.Network"

    @property
    def route_table(self) -> str:
        """The id of its route table."""
        return f"{self.network_id}/routeTables/rt-{self.name}"


def drawn_team(draws: Random, extras: Random, number: int, subscription: dict[str, str]) -> Team:
    """A team of one to eight clusters."""
    usual = draws.choice(list(_REGIONS))
    region, location = region_of(extras) or (usual, _REGIONS[usual])
    return Team(
        name=f"{_AREAS[number % len(_AREAS)]}-{number + 1:03d}",
        size=draws.randint(1, 8),
        subscription=subscription["name"],
        subscription_id=subscription["id"],
        region=region,
        location=location,
        abac=happens(draws, shares.ABAC_REGISTRY),
        wide=happens(draws, shares.WIDE_ROLE),
        routed=happens(draws, shares.ROUTE_TABLE),
    )
