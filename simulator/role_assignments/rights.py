"""What a principal may do at a moment: it has what its groups have, and grants take time to become effective."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.resource_id import is_within

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.azure import Azure
    from simulator.role_assignments.models import RoleAssignment


def grants_of(azure: Azure, principal_id: str) -> list[RoleAssignment]:
    """The grants of a principal and of the groups that it is in.

    A grant with a condition counts like any other: only what a caller asks of ARM is held against conditions; assumed.
    """
    through = [group.object_id for group in azure.directory.groups_of(principal_id)]
    return [grant for holder in (principal_id, *through) for grant in azure.role_assignments.of(holder)]


def may(azure: Azure, principal_id: str, action: str, scope: str) -> bool:
    """Whether a principal may perform an action at a scope now."""
    effective = effective_from(azure, principal_id, action, scope)
    return effective is not None and effective <= azure.now


def granted(azure: Azure, principal_id: str, action: str, scope: str) -> list[RoleAssignment]:
    """The grants in effect now that permit a principal an action at a scope, whatever their conditions say."""
    return [
        grant
        for grant in grants_of(azure, principal_id)
        if grant.effective_from <= azure.now and is_within(scope, grant.scope) and grant.role.permits(action)
    ]


def effective_from(azure: Azure, principal_id: str, action: str, scope: str) -> datetime | None:
    """From when on a principal may perform an action at a scope; None where nothing grants it."""
    moments = [
        grant.effective_from
        for grant in grants_of(azure, principal_id)
        if is_within(scope, grant.scope) and grant.role.permits(action)
    ]
    return min(moments, default=None)
