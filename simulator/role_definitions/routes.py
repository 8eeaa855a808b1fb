"""Microsoft.Authorization/roleDefinitions: the roles, read at any scope."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.errors import ArmError, from_arm
from simulator.messages import Answer, ArmRequest, listed
from simulator.resource_id import is_within
from simulator.role_definitions.responses import role_definition
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.role_definitions.models import Role

_ROLE_NAME = re.compile(r"roleName eq '(?P<name>(?:[^']|'')*)'", re.IGNORECASE)


def list_roles(azure: Azure, request: ArmRequest) -> Answer:
    """The roles that can be assigned at the scope or above; with `atScopeAndBelow()` below it too. Or one by name."""
    found = _ROLE_NAME.search(request.query.get("$filter", ""))
    wanted = found["name"].replace("''", "'").lower() if found else None
    below = "atscopeandbelow()" in request.query.get("$filter", "").lower()
    roles = [
        role
        for role in azure.roles.all
        if wanted in {None, role.name.lower()} and _applies(role, request["scope"], below=below)
    ]
    return listed([role_definition(role, request["scope"]) for role in roles])


def _applies(role: Role, scope: str, *, below: bool) -> bool:
    """Whether a role can be assigned at a scope (Microsoft Learn: Role Definitions - List)."""
    return any(is_within(scope, one) or (below and is_within(one, scope)) for one in role.assignable_scopes)


def get_role(azure: Azure, request: ArmRequest) -> Answer:
    """The role of a GUID."""
    role = azure.roles.of(request["guid"])
    if role is None:
        raise unknown_role(request["guid"])
    return Answer(body=role_definition(role, request["scope"]))


def unknown_role(definition_id: str) -> ArmError:
    """No role has this definition."""
    message = f"The specified role definition with ID '{definition_id.rpartition('/')[2]}' does not exist."
    return from_arm(404, "RoleDefinitionDoesNotExist", message)


_PATH = "{scope*}/providers/Microsoft.Authorization/roleDefinitions"

ROUTES = (
    route("GET", _PATH, list_roles),
    route("GET", _PATH + "/{guid}", get_role),
)
