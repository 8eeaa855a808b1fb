"""Maintenance configurations as ARM answers them. Source: the Azure SDK's model of API version 2026-08-01."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.maintenance.windows import starts_on

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
    shown: JsonObject = {
        "schedule": _recurrence(window),
        "durationHours": window.hours,
        "utcOffset": window.utc_offset,
        "startDate": starts_on(window, since).isoformat(),
        "startTime": window.start,
    }
    if window.not_allowed:
        shown["notAllowedDates"] = [
            {"start": dates.start.isoformat(), "end": dates.end.isoformat()} for dates in window.not_allowed
        ]
    return {"maintenanceWindow": shown}


def _recurrence(window: MaintenanceWindow) -> JsonObject:
    if window.weekly:
        return {"weekly": {"intervalWeeks": window.every, "dayOfWeek": window.weekly}}
    if isinstance(window.monthly, int):
        return {"absoluteMonthly": {"intervalMonths": window.every, "dayOfMonth": window.monthly}}
    if window.monthly:
        which, day = window.monthly.split()
        return {"relativeMonthly": {"intervalMonths": window.every, "weekIndex": which, "dayOfWeek": day}}
    return {"daily": {"intervalDays": window.every}}
