"""Virtual networks and subnets as ARM answers them (Microsoft Learn: REST API of virtual networks)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.networks.models import KIND
from simulator.resource_id import group_of, name_of, subscription_of

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.networks.models import Subnet, VirtualNetwork

_DONE = "Succeeded"


def network_document(azure: Azure, network: VirtualNetwork) -> JsonObject:
    """A virtual network, with its subnets as their own documents show them; it lies where its group does."""
    group = azure.groups.find(subscription_of(network.id) or "", group_of(network.id) or "")
    return {
        "id": network.id,
        "name": name_of(network.id),
        "type": KIND,
        "location": group.location if group else "westeurope",
        "properties": {
            "provisioningState": _DONE,
            "addressSpace": {"addressPrefixes": ["10.240.0.0/12"]},
            "subnets": [subnet_document(subnet) for subnet in network.subnets],
            "virtualNetworkPeerings": [],
            "enableDdosProtection": False,
        },
    }


def subnet_document(subnet: Subnet) -> JsonObject:
    """A subnet, and what hangs on it."""
    properties: JsonObject = {"provisioningState": _DONE, "addressPrefix": "10.240.0.0/16"}
    if subnet.route_table:
        properties["routeTable"] = {"id": subnet.route_table}
    if subnet.nat_gateway:
        properties["natGateway"] = {"id": subnet.nat_gateway}
    return {"id": subnet.id, "name": name_of(subnet.id), "type": f"{KIND}/subnets", "properties": properties}
