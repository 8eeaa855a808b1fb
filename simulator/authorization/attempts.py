"""What conditions may ask of a request: which role somebody grants or takes away, and to what kind of principal.

Source: Microsoft Learn, "Authorization actions and attributes".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.authorization.conditions import Attempt
from simulator.errors import ArmError

if TYPE_CHECKING:
    from simulator.authorization.actions import Action
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.messages import ArmRequest

_KIND = "microsoft.authorization/roleassignments"


def attempt_of(azure: Azure, request: ArmRequest, action: Action) -> Attempt:
    """A request with its attributes: of the body for a grant (@Request), of what is there for its end (@Resource)."""
    name = action.name.lower()
    if name == f"{_KIND}/write":
        return Attempt(action=action.name, attributes=_attributes("request", _asked(request)))
    if name == f"{_KIND}/delete":
        return Attempt(action=action.name, attributes=_attributes("resource", _present(azure, request)))
    return Attempt(action=action.name)


def _asked(request: ArmRequest) -> JsonObject:
    """A type that is not sent is not there (hashicorp/terraform-provider-azurerm#23364)."""
    try:
        return request.document().get("properties") or {}
    except ArmError:
        return {}


def _present(azure: Azure, request: ArmRequest) -> JsonObject:
    found = azure.role_assignments.find(request.path.rstrip("/"))
    if found is None:
        return {}
    return {
        "roleDefinitionId": found.role_definition_id,
        "principalId": found.principal_id,
        "principalType": found.principal_type,
    }


def _attributes(source: str, properties: JsonObject) -> dict[tuple[str, str], str]:
    given = {
        "roledefinitionid": str(properties.get("roleDefinitionId") or "").rpartition("/")[2],
        "principalid": properties.get("principalId"),
        "principaltype": properties.get("principalType"),
    }
    return {(source, f"{_KIND}:{name}"): str(value) for name, value in given.items() if value}
