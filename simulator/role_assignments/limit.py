"""How many role assignments a subscription holds (Microsoft Learn: troubleshoot Azure RBAC limits)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_arm
from simulator.resource_id import subscription_of

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.role_assignments.models import RoleAssignment


def refuse_too_many(azure: Azure, wanted: RoleAssignment) -> None:
    """Refuse one more than the limit, at whatever scope of the subscription they are."""
    limit = azure.world.limits.role_assignments
    if len(azure.role_assignments) < limit:
        return
    subscription = (subscription_of(wanted.scope) or "").lower()
    present = sum((subscription_of(grant.scope) or "").lower() == subscription for grant in azure.role_assignments)
    if subscription and present >= limit:
        raise from_arm(
            400,
            "RoleAssignmentLimitExceeded",
            "The role assignment limit has been exceeded. No more role assignments can be created.",
        )
