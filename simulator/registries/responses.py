"""Registries as ARM answers them. Source: the Azure SDK's model of API version 2025-11-01; values assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.registries.models import KIND

if TYPE_CHECKING:
    from simulator.json_object import JsonObject
    from simulator.registries.models import Registry

_MODES = {"rbac": "LegacyRegistryPermissions", "abac": "AbacRepositoryPermissions"}


def registry_document(registry: Registry) -> JsonObject:
    """A registry; `roleAssignmentMode` tells which roles it honours."""
    return {
        "id": registry.id,
        "name": registry.name,
        "type": KIND,
        "location": registry.location,
        "tags": {},
        "sku": {"name": "Premium", "tier": "Premium"},
        "properties": {
            "loginServer": f"{registry.name.lower()}.azurecr.io",
            "provisioningState": "Succeeded",
            "adminUserEnabled": False,
            "roleAssignmentMode": _MODES[registry.mode],
        },
    }
