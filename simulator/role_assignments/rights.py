"""What a principal may do at a moment: grants take time to become effective."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.resource_id import is_within

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.azure import Azure


def may(azure: Azure, principal_id: str, action: str, scope: str) -> bool:
    """Whether a principal may perform an action at a scope now."""
    effective = effective_from(azure, principal_id, action, scope)
    return effective is not None and effective <= azure.now


def effective_from(azure: Azure, principal_id: str, action: str, scope: str) -> datetime | None:
    """From when on a principal may perform an action at a scope; None where nothing grants it."""
    moments = [
        grant.effective_from
        for grant in azure.role_assignments.of(principal_id)
        if is_within(scope, grant.scope) and grant.role.permits(action)
    ]
    return min(moments, default=None)
