"""Microsoft Graph, as far as finding a service principal goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.messages import Answer, ArmRequest
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.directory.models import Principal
    from simulator.json_object import JsonObject

_WANTED = re.compile(r"(?:appId|c) eq '(?P<id>[^']*)'", re.IGNORECASE)


def find(azure: Azure, request: ArmRequest) -> Answer:
    """Service principals by `appId eq '..'` or `servicePrincipalNames/any(c:c eq '..')`."""
    found = _WANTED.search(request.query.get("$filter", ""))
    principal = azure.directory.with_client_id(found["id"]) if found else None
    values = [_service_principal(principal)] if principal and principal.found_from <= azure.now else []
    return Answer(body={"value": values})


def get_by_ids(azure: Azure, request: ArmRequest) -> Answer:
    """Directory objects by their object ids; unknown ones are left out."""
    ids: list[str] = request.document().get("ids", [])
    known = [azure.directory.with_object_id(object_id) for object_id in ids]
    return Answer(body={"value": [_service_principal(p) for p in known if p and p.found_from <= azure.now]})


def _service_principal(principal: Principal) -> JsonObject:
    return {
        "@odata.type": "#microsoft.graph.servicePrincipal",
        "id": principal.object_id,
        "appId": principal.client_id,
        "displayName": principal.name,
        "servicePrincipalNames": [principal.client_id],
        "servicePrincipalType": principal.kind,
    }


ROUTES = (
    route("GET", "/v1.0/servicePrincipals", find),
    route("POST", "/v1.0/directoryObjects/getByIds", get_by_ids),
)
