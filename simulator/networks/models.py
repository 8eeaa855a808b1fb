"""Subnets, as far as a cluster needs them, and the virtual networks that they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.resource_id import is_within, key

if TYPE_CHECKING:
    from simulator.azure import Azure

KIND = "Microsoft.Network/virtualNetworks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A subnet of a virtual network, and what hangs on it."""

    id: str
    route_table: str | None = None
    nat_gateway: str | None = None

    @property
    def network_id(self) -> str:
        """The id of its virtual network."""
        return self.id.rpartition("/subnets/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualNetwork:
    """A virtual network: it is there because something uses its subnets."""

    id: str
    subnets: tuple[Subnet, ...]


def networks_of(azure: Azure, scope: str) -> dict[str, VirtualNetwork]:
    """The virtual networks below a scope, by their ids in lower case."""
    found: dict[str, VirtualNetwork] = {}
    for subnet in azure.subnets.values():
        network = key(subnet.network_id)
        if is_within(network, scope):
            known = found.get(network)
            before = known.subnets if known else ()
            first = known.id if known else subnet.network_id
            found[network] = VirtualNetwork(id=first, subnets=(*before, subnet))
    return found
