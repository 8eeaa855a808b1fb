"""roleAssignments on the wire."""

from contextlib import suppress
from typing import Any

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import Role, assignment_name, role_named
from fleet_identity.surroundings import RoleAssignment


async def held_by(connection: Connection, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
    """List what a principal holds itself at, above and below a subscription."""
    return await _listed(connection, subscription, f"principalId eq '{principal_id}'")


async def held_with_groups(connection: Connection, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
    """List what a principal holds itself or through groups, at, above and below a subscription."""
    return await _listed(connection, subscription, f"assignedTo('{principal_id}')")


async def read_all(connection: Connection, subscription: str) -> tuple[RoleAssignment, ...]:
    """List every assignment at, above and below a subscription."""
    return await _listed(connection, subscription, None)


async def granted_on(connection: Connection, resource: ResourceId) -> tuple[RoleAssignment, ...]:
    """List the assignments whose scope is a resource itself: ARM lists those that it inherits as well."""
    assignments = connection.authorization(resource.subscription).role_assignments
    with translated(resource, f"list role assignments on {resource.name}"):
        found = assignments.list_for_scope(resource.text, filter="atScope()")
        listed = [_assignment(document) async for document in found]
    return tuple(one for one in listed if one.scope == resource)


async def create(connection: Connection, scope: ResourceId, role: Role, principal_id: str) -> None:
    """Grant a role under a name of our own, the same on every try.

    `principalType` keeps Azure from looking a fresh principal up in the directory, where it may not have
    arrived yet (PrincipalNotFound). Source: Microsoft Learn, "Troubleshoot Azure RBAC".
    """
    assignments = connection.authorization(scope.subscription).role_assignments
    wanted = RoleAssignmentCreateParameters(
        role_definition_id=role.definition_id(scope),
        principal_id=principal_id,
        principal_type="ServicePrincipal",
    )
    with translated(scope, f"grant {role.name} on {scope.name}"):
        try:
            await assignments.create(scope.text, assignment_name(scope, role, principal_id), wanted)
        except ResourceExistsError as error:
            if not (error.error and error.error.code == "RoleAssignmentExists"):
                raise


async def delete(connection: Connection, assignment: RoleAssignment) -> None:
    """Delete an assignment by its name; 204, or a 404, where it or its scope is gone already."""
    assignments = connection.authorization(assignment.scope.subscription).role_assignments
    scope = assignment.scope
    with translated(scope, f"take {assignment.role.name} on {scope.name} back"), suppress(ResourceNotFoundError):
        await assignments.delete(scope.text, assignment.name)


async def _listed(connection: Connection, subscription: str, only: str | None) -> tuple[RoleAssignment, ...]:
    assignments = connection.authorization(subscription).role_assignments
    with translated(f"/subscriptions/{subscription}", f"list role assignments in subscription {subscription}"):
        found = assignments.list_for_subscription(filter=only)
        return tuple([_assignment(document) async for document in found])


def _assignment(document: Any) -> RoleAssignment:
    return RoleAssignment(
        principal_id=document.principal_id,
        role=role_named(document.role_definition_id.rsplit("/", 1)[-1]),
        scope=ResourceId(document.scope),
        created_on=document.created_on,
        condition=document.condition or "",
        name=document.name or "",
    )
