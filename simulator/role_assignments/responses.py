"""Role assignments as ARM answers them (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.clock import timestamp
from simulator.role_assignments.models import KIND

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.role_assignments.models import RoleAssignment


def assignment_document(assignment: RoleAssignment, *, fresh: bool = False) -> JsonObject:
    """A role assignment; `createdOn` tells its age with seven digits of a second.

    The answer to the PUT that makes it (`fresh`) names nobody in `createdBy`, later ones do (recordings).
    """
    return {
        "properties": {
            "roleDefinitionId": assignment.role_definition_id,
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_type,
            "scope": assignment.scope,
            "condition": assignment.condition,
            # the only version of conditions there is
            "conditionVersion": "2.0" if assignment.condition else None,
            "createdOn": timestamp(assignment.created_on),
            "updatedOn": timestamp(assignment.created_on),
            "createdBy": None if fresh else assignment.by,
            "updatedBy": assignment.by,
            "delegatedManagedIdentityResourceId": None,
            "description": assignment.description,
        },
        "id": assignment.id,
        "type": KIND,
        "name": assignment.name,
    }
