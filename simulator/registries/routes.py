"""Microsoft.ContainerRegistry/registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import resource_not_found
from simulator.messages import Answer, ArmRequest, listed
from simulator.registries.models import KIND
from simulator.registries.responses import registry_document
from simulator.resource_id import group_id, is_within, key
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.registries.models import Registry


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One registry."""
    group = azure.require_group(request["subscription"], request["group"])
    wanted = f"{group_id(request['subscription'], group.name)}/providers/{KIND}/{request['name']}"
    registry = azure.registries.get(key(wanted))
    if registry is None:
        raise resource_not_found(KIND, request["name"], request["group"])
    return Answer(body=registry_document(registry))


def list_in_subscription(azure: Azure, request: ArmRequest) -> Answer:
    """The registries of a subscription."""
    scope = f"/subscriptions/{azure.require_subscription(request['subscription']).id}"
    return listed([registry_document(registry) for registry in _below(azure, scope)])


def list_in_group(azure: Azure, request: ArmRequest) -> Answer:
    """The registries of a resource group."""
    group = azure.require_group(request["subscription"], request["group"])
    scope = group_id(request["subscription"], group.name)
    return listed([registry_document(registry) for registry in _below(azure, scope)])


def _below(azure: Azure, scope: str) -> list[Registry]:
    return [registry for registry in azure.registries.values() if is_within(registry.id, scope)]


_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + KIND

ROUTES = (
    route("GET", "/subscriptions/{subscription}/providers/" + KIND, list_in_subscription),
    route("GET", _GROUP, list_in_group),
    route("GET", _GROUP + "/{name}", get),
)
