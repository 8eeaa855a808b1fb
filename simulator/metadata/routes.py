"""What a cloud tells about itself: endpoints, subscriptions, tenants, resource groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.messages import Answer, ArmRequest, listed
from simulator.metadata.cloud import cloud, cloud_of_2019
from simulator.resource_id import group_id
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject


def endpoints(azure: Azure, request: ArmRequest) -> Answer:
    """The clouds that this ARM knows; an object since 2022, a list before."""
    if request.query.get("api-version", "") < "2022":
        return Answer(body=[cloud_of_2019(request.base, azure.world.tenant)])
    return Answer(body=cloud(request.base, azure.world.tenant))


def list_subscriptions(azure: Azure, request: ArmRequest) -> Answer:
    """All subscriptions of the world."""
    return listed([_subscription(azure, s.id, s.name) for s in azure.world.subscriptions])


def get_subscription(azure: Azure, request: ArmRequest) -> Answer:
    """One subscription."""
    wanted = azure.require_subscription(request["subscription"])
    return Answer(body=_subscription(azure, wanted.id, wanted.name))


def list_tenants(azure: Azure, request: ArmRequest) -> Answer:
    """The only tenant."""
    tenant = azure.world.tenant
    return listed([{"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "simulator"}])


def list_groups(azure: Azure, request: ArmRequest) -> Answer:
    """The resource groups of a subscription."""
    subscription = azure.require_subscription(request["subscription"]).id
    return listed([_group(subscription, g.name, g.location) for g in azure.groups.of(subscription)])


def get_group(azure: Azure, request: ArmRequest) -> Answer:
    """One resource group."""
    group = azure.require_group(request["subscription"], request["group"])
    return Answer(body=_group(request["subscription"], group.name, group.location))


def head_group(azure: Azure, request: ArmRequest) -> Answer:
    """Whether a resource group is there: 204 or 404, without a body (recordings)."""
    subscription = azure.require_subscription(request["subscription"]).id
    return Answer(status=204 if azure.groups.find(subscription, request["group"]) else 404)


def put_group(azure: Azure, request: ArmRequest) -> Answer:
    """Create a resource group, or leave it as it is."""
    subscription = azure.require_subscription(request["subscription"]).id
    existed = azure.groups.find(subscription, request["group"]) is not None
    location = str(request.document().get("location", "westeurope"))
    group = azure.groups.ensure(subscription, request["group"], location)
    return Answer(status=200 if existed else 201, body=_group(subscription, group.name, group.location))


def _group(subscription: str, name: str, location: str) -> JsonObject:
    return {
        "id": group_id(subscription, name),
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": location,
        "tags": {},
        "properties": {"provisioningState": "Succeeded"},
    }


def _subscription(azure: Azure, subscription: str, name: str) -> JsonObject:
    return {
        "id": f"/subscriptions/{subscription}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription,
        "tenantId": azure.world.tenant,
        "displayName": name,
        "state": "Enabled",
    }


ROUTES = (
    route("GET", "/metadata/endpoints", endpoints),
    route("GET", "/tenants", list_tenants),
    route("GET", "/subscriptions", list_subscriptions),
    route("GET", "/subscriptions/{subscription}", get_subscription),
    route("GET", "/subscriptions/{subscription}/resourceGroups", list_groups),
    route("GET", "/subscriptions/{subscription}/resourceGroups/{group}", get_group),
    route("HEAD", "/subscriptions/{subscription}/resourceGroups/{group}", head_group),
    route("PUT", "/subscriptions/{subscription}/resourceGroups/{group}", put_group),
)
