"""Settings of a pool that a client may send and ARM does not show: they say what goes without saying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.json_object import JsonObject

_REGULAR = ("scaleSetPriority", "scaleSetEvictionPolicy", "spotMaxPrice")


def without_unshown(profile: JsonObject) -> JsonObject:
    """A profile as ARM shows it (recordings: sent on create, and in no answer)."""
    is_spot = str(profile.get("scaleSetPriority", "Regular")).lower() == "spot"
    return {name: value for name, value in profile.items() if _is_shown(name, value, is_spot=is_spot)}


def _is_shown(name: str, value: Any, *, is_spot: bool) -> bool:
    if name in _REGULAR:
        return is_spot
    return not (name in {"nodeTaints", "nodeLabels"} and not value)
