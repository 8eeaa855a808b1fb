"""Microsoft.Authorization/roleAssignments, at any scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_arm
from simulator.messages import Answer, ArmRequest, listed
from simulator.resource_id import is_within
from simulator.role_assignments.filters import parse
from simulator.role_assignments.grant import grant
from simulator.role_assignments.models import KIND, RoleAssignment
from simulator.role_assignments.responses import assignment_document
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def list_at_scope(azure: Azure, request: ArmRequest) -> Answer:
    """The grants at, above and below a scope; not below with `atScope()`."""
    scope, wanted = request["scope"], parse(request.query.get("$filter", ""))
    holders = [{one} for one in wanted.principals] + [_with_groups(azure, one) for one in wanted.assigned_to]
    return listed(
        [
            assignment_document(a)
            for a in azure.role_assignments
            if (_reaches(a.scope, scope) or (not wanted.at_scope and is_within(a.scope, scope)))
            and all(a.principal_id.lower() in allowed for allowed in holders)
        ]
    )


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One grant."""
    assignment = _find(azure, request)
    if assignment is None:
        message = f"The role assignment '{request['name']}' is not found."
        raise from_arm(404, "RoleAssignmentNotFound", message)
    return Answer(body=assignment_document(assignment))


def put(azure: Azure, request: ArmRequest) -> Answer:
    """Grant (201); the same grant under the same name again is answered 200."""
    assignment, created = grant(azure, request["scope"], request["name"], request.document())
    return Answer(status=201 if created else 200, body=assignment_document(assignment, fresh=created))


def delete(azure: Azure, request: ArmRequest) -> Answer:
    """Take a grant away, at once (200); 204 where there is none."""
    assignment = _find(azure, request)
    if assignment is None:
        return Answer(status=204)
    azure.role_assignments.remove(assignment)
    azure.rights_changed(assignment.principal_id)
    return Answer(body=assignment_document(assignment))


def _with_groups(azure: Azure, principal: str) -> set[str]:
    return {principal} | {group.object_id.lower() for group in azure.directory.groups_of(principal)}


def _reaches(granted_at: str, scope: str) -> bool:
    """Whether a grant is at or above a scope; assumed: every subscription lies in every management group."""
    return is_within(scope, granted_at) or granted_at.lower().startswith("/providers/microsoft.management/")


def _find(azure: Azure, request: ArmRequest) -> RoleAssignment | None:
    return azure.role_assignments.find(f"{request['scope']}/providers/{KIND}/{request['name']}")


_PATH = "{scope*}/providers/" + KIND

ROUTES = (
    route("GET", _PATH, list_at_scope),
    route("GET", _PATH + "/{name}", get),
    route("PUT", _PATH + "/{name}", put),
    route("DELETE", _PATH + "/{name}", delete),
)
