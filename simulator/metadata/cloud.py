"""The cloud's description at /metadata/endpoints, as the Azure CLI reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.json_object import JsonObject

NAME = "FleetSimulator"
"""The name under which clients select this cloud."""


def cloud(base: str, tenant: str) -> JsonObject:
    """The description since API version 2022-09-01; every endpoint leads back here."""
    return {
        "name": NAME,
        "portal": base,
        "authentication": _authentication(base, tenant),
        "media": base,
        "graphAudience": base,
        "graph": base,
        "microsoftGraphResourceId": base,
        "activeDirectoryDataLake": base,
        "batch": base,
        "resourceManager": base,
        "vmImageAliasDoc": base,
        "sqlManagement": base,
        "gallery": base,
        "suffixes": {
            "acrLoginServer": "azurecr.io",
            "keyVaultDns": "vault.localhost",
            "storage": "core.localhost",
            "sqlServerHostname": "database.localhost",
        },
    }


def cloud_of_2019(base: str, tenant: str) -> JsonObject:
    """The description in the shape of API version 2019-05-01."""
    return {**cloud(base, tenant), "isDefault": True}


def _authentication(base: str, tenant: str) -> JsonObject:
    return {
        "loginEndpoint": base,
        "audiences": [base],
        "tenant": tenant,
        "identityProvider": "AAD",
    }
