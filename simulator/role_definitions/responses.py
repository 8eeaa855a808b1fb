"""Role definitions as ARM answers them (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.role_definitions.models import Role

_PUBLISHED = "2017-12-14T19:52:04.3924594Z"


def role_definition(role: Role, scope: str) -> JsonObject:
    """A role definition, its id below the subscription of the scope that was asked at."""
    segments = scope.split("/")
    subscription = "/".join(segments[:3]) if scope.lower().startswith("/subscriptions/") else ""
    return {
        "id": f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role.guid}",
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": role.guid,
        "properties": {
            "roleName": role.name,
            "type": role.type,
            "description": role.name,
            "assignableScopes": list(role.assignable_scopes),
            "permissions": [_permissions(role)],
            "createdOn": _PUBLISHED,
            "updatedOn": _PUBLISHED,
            "createdBy": None,
            "updatedBy": None,
        },
    }


def _permissions(role: Role) -> JsonObject:
    return {
        "actions": list(role.actions),
        "notActions": list(role.not_actions),
        "dataActions": list(role.data_actions),
        "notDataActions": [],
    }
