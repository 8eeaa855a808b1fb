"""The private DNS zone of a private cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.json_object import JsonObject


def private_zone_of(properties: JsonObject) -> str | None:
    """The private DNS zone of the customer's own; `system` and `none` are no zones of the customer's."""
    zone = str((properties.get("apiServerAccessProfile") or {}).get("privateDNSZone") or "")
    return zone if zone.startswith("/") else None
