"""Microsoft.Network: subnets, read-only, so that a client finds the route table of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import resource_not_found
from simulator.messages import Answer, ArmRequest
from simulator.resource_id import key, name_of
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.networks.models import Subnet


def get_subnet(azure: Azure, request: ArmRequest) -> Answer:
    """One subnet."""
    azure.require_group(request["subscription"], request["group"])
    subnet = azure.subnets.get(key(request.path))
    if subnet is None:
        name = f"{request['network']}/subnets/{request['name']}"
        raise resource_not_found("Microsoft.Network/virtualNetworks", name, request["group"])
    return Answer(body=_document(subnet))


def _document(subnet: Subnet) -> JsonObject:
    properties: JsonObject = {"provisioningState": "Succeeded", "addressPrefix": "10.240.0.0/16"}
    if subnet.route_table:
        properties["routeTable"] = {"id": subnet.route_table}
    return {
        "id": subnet.id,
        "name": name_of(subnet.id),
        "type": "Microsoft.Network/virtualNetworks/subnets",
        "properties": properties,
    }


ROUTES = (
    route(
        "GET",
        "/subscriptions/{subscription}/resourceGroups/{group}"
        "/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{name}",
        get_subnet,
    ),
)
