"""Principals, applications and groups as Microsoft Graph shows them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from simulator.guid import derived_guid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from simulator.directory.models import Group, Principal, Secret
    from simulator.json_object import JsonObject


def service_principal(principal: Principal) -> JsonObject:
    """A service principal; the secrets of its application are not its own (Microsoft Graph: servicePrincipal)."""
    return {
        "@odata.type": "#microsoft.graph.servicePrincipal",
        "id": principal.object_id,
        "appId": principal.client_id,
        "displayName": principal.name,
        "servicePrincipalNames": [principal.client_id],
        "servicePrincipalType": principal.kind,
        "accountEnabled": True,
        "keyCredentials": [],
        "passwordCredentials": _secrets(principal.own_secrets),
    }


def application(principal: Principal) -> JsonObject:
    """The application of a service principal: an object of its own, with an id of its own."""
    return {
        "@odata.type": "#microsoft.graph.application",
        "id": derived_guid("application", principal.client_id),
        "appId": principal.client_id,
        "displayName": principal.name,
        "signInAudience": "AzureADMyOrg",
        "keyCredentials": [],
        "passwordCredentials": _secrets(principal.application_secrets),
    }


def group_document(group: Group) -> JsonObject:
    """A security group."""
    return {
        "@odata.type": "#microsoft.graph.group",
        "id": group.object_id,
        "displayName": group.name,
        "mailEnabled": False,
        "securityEnabled": True,
    }


def _secrets(secrets: Iterable[Secret]) -> list[JsonObject]:
    """Who made a secret sees it once; all others see its beginning, and when it ends."""
    return [
        {
            "customKeyIdentifier": None,
            "displayName": "rbac",
            "keyId": secret.key_id,
            "hint": secret.key_id[:3],
            "secretText": None,
            "startDateTime": _time(secret.starts_at),
            "endDateTime": _time(secret.ends_at),
        }
        for secret in secrets
    ]


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
