"""Maintenance configurations as ARM answers them. Source: the Azure SDK's model of API version 2026-08-01."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.maintenance.windows import utc_offset

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.world.movement import MaintenanceWindow


def maintenance_document(cluster: ManagedCluster, window: MaintenanceWindow, since: datetime) -> JsonObject:
    """A configuration; the one named `default` has the older shape, of hours in a week."""
    return {
        "id": f"{cluster.id}/maintenanceConfigurations/{window.name}",
        "name": window.name,
        "type": "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
        "properties": _hours_of_week(window) if window.name == "default" else _schedule(window, since),
    }


def _hours_of_week(window: MaintenanceWindow) -> JsonObject:
    """Hours that run past midnight are left out: a slot belongs to one day (assumed)."""
    first = int(window.start[:2])
    slots = list(range(first, min(first + window.hours, 24)))
    return {"timeInWeek": [{"day": window.weekly, "hourSlots": slots}]}


def _schedule(window: MaintenanceWindow, since: datetime) -> JsonObject:
    return {
        "maintenanceWindow": {
            "schedule": {"weekly": {"intervalWeeks": 1, "dayOfWeek": window.weekly}},
            "durationHours": window.hours,
            "utcOffset": window.utc_offset,
            "startDate": (since + utc_offset(window)).date().isoformat(),
            "startTime": window.start,
        }
    }
