"""Microsoft.Network: virtual networks and subnets, read-only, so that a client finds what hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import resource_not_found
from simulator.messages import Answer, ArmRequest, listed
from simulator.networks.models import KIND, networks_of
from simulator.networks.responses import network_document, subnet_document
from simulator.resource_id import group_id, key
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def get_subnet(azure: Azure, request: ArmRequest) -> Answer:
    """One subnet."""
    azure.require_group(request["subscription"], request["group"])
    subnet = azure.subnets.get(key(request.path))
    if subnet is None:
        name = f"{request['network']}/subnets/{request['name']}"
        raise resource_not_found(KIND, name, request["group"])
    return Answer(body=subnet_document(subnet))


def get_virtual_network(azure: Azure, request: ArmRequest) -> Answer:
    """One virtual network, with its subnets."""
    group = azure.require_group(request["subscription"], request["group"])
    networks = networks_of(azure, group_id(request["subscription"], group.name))
    found = networks.get(key(request.path))
    if found is None:
        raise resource_not_found(KIND, request["network"], request["group"])
    return Answer(body=network_document(azure, found))


def list_in_subscription(azure: Azure, request: ArmRequest) -> Answer:
    """The virtual networks of a subscription."""
    return _below(azure, f"/subscriptions/{azure.require_subscription(request['subscription']).id}")


def list_in_group(azure: Azure, request: ArmRequest) -> Answer:
    """The virtual networks of a resource group."""
    group = azure.require_group(request["subscription"], request["group"])
    return _below(azure, group_id(request["subscription"], group.name))


def _below(azure: Azure, scope: str) -> Answer:
    return listed([network_document(azure, network) for network in networks_of(azure, scope).values()])


_NETWORKS = "/providers/" + KIND
_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}" + _NETWORKS

ROUTES = (
    route("GET", "/subscriptions/{subscription}" + _NETWORKS, list_in_subscription),
    route("GET", _GROUP, list_in_group),
    route("GET", _GROUP + "/{network}", get_virtual_network),
    route("GET", _GROUP + "/{network}/subnets/{name}", get_subnet),
)
