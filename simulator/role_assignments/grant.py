"""Granting: what Authorization refuses, and when a grant becomes effective."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.authorization.conditions import InvalidConditionError, parsed
from simulator.errors import from_arm
from simulator.resource_id import group_of, key, subscription_of
from simulator.role_assignments.limit import refuse_too_many
from simulator.role_assignments.models import RoleAssignment
from simulator.role_definitions.routes import unknown_role

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject


def grant(azure: Azure, scope: str, name: str, document: JsonObject) -> tuple[RoleAssignment, bool]:
    """The grant that a document asks for, and whether it is a new one."""
    wanted = _read(azure, scope, name, document)
    _refuse_invalid_condition(document["properties"])
    _refuse_unknown_scope(azure, scope)
    if (present := azure.role_assignments.find(wanted.id)) is not None:
        return _the_same(present, wanted), False
    _refuse_duplicate(azure, wanted)
    _refuse_unknown_principal(azure, wanted.principal_id, document)
    _refuse_another_type(azure, wanted)
    refuse_too_many(azure, wanted)
    azure.role_assignments.add(wanted)
    azure.timeline.at(wanted.effective_from, lambda: azure.rights_changed(wanted.principal_id))
    return wanted, True


def _read(azure: Azure, scope: str, name: str, document: JsonObject) -> RoleAssignment:
    properties: JsonObject = document.get("properties") or {}
    definition, principal = properties.get("roleDefinitionId"), properties.get("principalId")
    if not isinstance(definition, str) or not isinstance(principal, str):
        raise from_arm(400, "InvalidRequestContent", "The request content needs roleDefinitionId and principalId.")
    role = azure.roles.of(definition)
    if role is None:
        raise unknown_role(definition)
    return RoleAssignment(
        name=name,
        scope=scope or "/",
        role=role,
        role_definition_id=definition,
        principal_id=principal,
        principal_type=properties.get("principalType") or type_of(azure, principal),
        description=properties.get("description"),
        condition=properties.get("condition"),
        created_on=azure.now,
        effective_from=azure.now + azure.world.timing.role_propagation,
    )


def type_of(azure: Azure, principal_id: str) -> str:
    """What a principal is, in Azure's words."""
    return "Group" if azure.directory.group(principal_id) else "ServicePrincipal"


def _refuse_invalid_condition(properties: JsonObject) -> None:
    """Another version than 2.0, or another form (Microsoft Learn: troubleshoot conditions; the code is assumed)."""
    condition = properties.get("condition")
    if condition is None:
        return
    try:
        parsed(str(condition))
        valid = properties.get("conditionVersion") == "2.0"
    except InvalidConditionError:
        valid = False
    if not valid:
        raise from_arm(400, "InvalidRoleAssignmentCondition", "The given role assignment condition is invalid.")


def _refuse_another_type(azure: Azure, wanted: RoleAssignment) -> None:
    """A principal that the directory knows is what it is (Azure/modern-web-app-pattern-dotnet#129)."""
    known = azure.directory.group(wanted.principal_id) or azure.directory.with_object_id(wanted.principal_id)
    actual = type_of(azure, wanted.principal_id)
    if known and actual.lower() != wanted.principal_type.lower():
        raise from_arm(
            400,
            "UnmatchedPrincipalType",
            f"The PrincipalId '{wanted.principal_id.replace('-', '')}' has type '{actual}' , which is different from "
            f"specified PrinciaplType '{wanted.principal_type}'.",
        )


def _refuse_unknown_scope(azure: Azure, scope: str) -> None:
    subscription, group = subscription_of(scope), group_of(scope)
    if subscription and group:
        azure.require_group(subscription, group)
    elif subscription:
        azure.require_subscription(subscription)


def _the_same(present: RoleAssignment, wanted: RoleAssignment) -> RoleAssignment:
    """One name stands for one grant (Azure-Landing-Zones#833)."""
    if present.principal_id.lower() != wanted.principal_id.lower() or present.role != wanted.role:
        raise from_arm(
            400,
            "RoleAssignmentUpdateNotPermitted",
            "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        )
    return present


def _refuse_duplicate(azure: Azure, wanted: RoleAssignment) -> None:
    for present in azure.role_assignments.of(wanted.principal_id):
        if present.role == wanted.role and key(present.scope) == key(wanted.scope):
            raise from_arm(409, "RoleAssignmentExists", "The role assignment already exists.")


def _refuse_unknown_principal(azure: Azure, principal_id: str, document: JsonObject) -> None:
    """A sent `principalType` makes Azure skip the look-up (Microsoft Learn: RBAC troubleshooting)."""
    if document["properties"].get("principalType"):
        return
    principal = azure.directory.with_object_id(principal_id)
    if azure.directory.group(principal_id):
        return
    if principal is None or principal.found_from > azure.now:
        raise from_arm(
            400,
            "PrincipalNotFound",
            f"Principal {principal_id.replace('-', '')} does not exist in the directory {azure.world.tenant}.",
        )
