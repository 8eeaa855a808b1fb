"""Microsoft Graph, as far as finding principals, their secrets and their groups goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.directory.graph_documents import application, group_document, service_principal
from simulator.directory.graph_filters import parse
from simulator.directory.graph_pages import page
from simulator.errors import ArmError
from simulator.messages import Answer, ArmRequest
from simulator.routing import route

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.azure import Azure
    from simulator.json_object import JsonObject


def list_service_principals(azure: Azure, request: ArmRequest) -> Answer:
    """Service principals, those of managed identities too."""
    found = (service_principal(one) for one in azure.directory if one.found_from <= azure.now)
    return _matching(request, found)


def list_applications(azure: Azure, request: ArmRequest) -> Answer:
    """Applications; a managed identity has none."""
    principals = (one for one in azure.directory if one.found_from <= azure.now and one.kind == "Application")
    return _matching(request, map(application, principals))


def list_groups_of(azure: Azure, request: ArmRequest) -> Answer:
    """The groups that a service principal is in, through other groups as well."""
    principal = azure.directory.with_object_id(request["id"])
    if principal is None or principal.found_from > azure.now:
        raise ArmError(
            404,
            "Request_ResourceNotFound",
            f"Resource '{request['id']}' does not exist or one of its queried reference-property objects are not "
            "present.",
            flat=False,
        )
    return page(request, [group_document(group) for group in azure.directory.groups_of(principal.object_id)])


def get_by_ids(azure: Azure, request: ArmRequest) -> Answer:
    """Directory objects by their object ids; unknown ones are left out."""
    ids: list[str] = request.document().get("ids", [])
    known = (_object(azure, object_id) for object_id in ids)
    return Answer(body={"value": [one for one in known if one]})


def _matching(request: ArmRequest, documents: Iterable[JsonObject]) -> Answer:
    terms = parse(request.query.get("$filter", ""))
    found = [one for one in documents if not terms or any(term.fits(one) for term in terms)]
    # in a list of one kind no object tells its kind (Microsoft Graph)
    shown = [{name: value for name, value in one.items() if name != "@odata.type"} for one in found]
    return page(request, shown)


def _object(azure: Azure, object_id: str) -> JsonObject | None:
    if group := azure.directory.group(object_id):
        return group_document(group)
    principal = azure.directory.with_object_id(object_id)
    return service_principal(principal) if principal and principal.found_from <= azure.now else None


ROUTES = (
    route("GET", "/v1.0/servicePrincipals", list_service_principals),
    route("GET", "/v1.0/servicePrincipals/{id}/transitiveMemberOf", list_groups_of),
    route("GET", "/v1.0/servicePrincipals/{id}/transitiveMemberOf/microsoft.graph.group", list_groups_of),
    route("GET", "/v1.0/applications", list_applications),
    route("POST", "/v1.0/directoryObjects/getByIds", get_by_ids),
)
