"""The principal of a system-assigned identity: it comes and goes with what it is assigned to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.directory.models import Principal

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.azure import Azure
    from simulator.managed_clusters.models import ControlPlane


def register_system_assigned(azure: Azure, control_plane: ControlPlane, *, found_from: datetime) -> None:
    """Make the principal of a system-assigned identity known to the directory; other identities have theirs."""
    if control_plane.type == "SystemAssigned":
        azure.directory.add(
            Principal(
                name=control_plane.name,
                client_id=control_plane.client_id,
                object_id=control_plane.principal_id,
                kind="ManagedIdentity",
                found_from=found_from,
            )
        )


def forget_system_assigned(azure: Azure, control_plane: ControlPlane) -> None:
    """Take the principal out of the directory; its role assignments stay (Microsoft Learn: managed identities)."""
    if control_plane.type == "SystemAssigned":
        azure.directory.remove(control_plane.principal_id)
