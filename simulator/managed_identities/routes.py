"""Microsoft.ManagedIdentity/userAssignedIdentities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.errors import resource_not_found
from simulator.managed_identities.create import create
from simulator.managed_identities.models import FEDERATED, KIND, UserAssignedIdentity
from simulator.managed_identities.responses import federated_document, identity_document
from simulator.messages import Answer, ArmRequest, listed
from simulator.resource_id import group_id, is_within, key, resource_id
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def put(azure: Azure, request: ArmRequest) -> Answer:
    """Create an identity (201), or replace its tags (200)."""
    group = azure.require_group(request["subscription"], request["group"])
    document = request.document()
    tags = document.get("tags") or {}
    if (present := _find(azure, request)) is not None:
        identity = azure.identities[key(present.id)] = replace(present, tags=tags)
        return Answer(body=identity_document(identity, azure.world.tenant))
    identity = create(
        azure,
        resource_id(request["subscription"], group.name, KIND, request["name"]),
        location=document.get("location", group.location),
        tags=tags,
    )
    body = identity_document(identity, azure.world.tenant)
    return Answer(status=201, body=body, headers={"Location": identity.id})


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One identity."""
    return Answer(body=identity_document(_require(azure, request), azure.world.tenant))


def list_federated(azure: Azure, request: ArmRequest) -> Answer:
    """The federated identity credentials of an identity."""
    identity = _require(azure, request)
    return listed([federated_document(identity, one) for one in identity.federated])


def delete(azure: Azure, request: ArmRequest) -> Answer:
    """Delete an identity (200), also one in use; 204 where there is none. Its role assignments stay, as in Azure."""
    identity = _find(azure, request)
    if identity is None:
        return Answer(status=204)
    del azure.identities[key(identity.id)]
    azure.directory.remove(identity.principal_id)
    azure.rights_changed(identity.principal_id)
    return Answer()


def list_in_subscription(azure: Azure, request: ArmRequest) -> Answer:
    """The identities of a subscription."""
    return _below(azure, f"/subscriptions/{azure.require_subscription(request['subscription']).id}")


def list_in_group(azure: Azure, request: ArmRequest) -> Answer:
    """The identities of a resource group."""
    group = azure.require_group(request["subscription"], request["group"])
    return _below(azure, group_id(request["subscription"], group.name))


def _below(azure: Azure, scope: str) -> Answer:
    found = [identity for identity in azure.identities.values() if is_within(identity.id, scope)]
    return listed([identity_document(identity, azure.world.tenant) for identity in found])


def _require(azure: Azure, request: ArmRequest) -> UserAssignedIdentity:
    azure.require_group(request["subscription"], request["group"])
    identity = _find(azure, request)
    if identity is None:
        raise resource_not_found(KIND, request["name"], request["group"])
    return identity


def _find(azure: Azure, request: ArmRequest) -> UserAssignedIdentity | None:
    wanted = resource_id(request["subscription"], request["group"], KIND, request["name"])
    return azure.identities.get(key(wanted))


_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + KIND

ROUTES = (
    route("GET", "/subscriptions/{subscription}/providers/" + KIND, list_in_subscription),
    route("GET", _GROUP, list_in_group),
    route("GET", _GROUP + "/{name}", get),
    route("GET", _GROUP + "/{name}/" + FEDERATED, list_federated),
    route("PUT", _GROUP + "/{name}", put),
    route("DELETE", _GROUP + "/{name}", delete),
)
