"""Tokens of the tenant: unsigned, for nobody but this simulator reads them."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from simulator.authorization.runner import runner_of
from simulator.directory.expired import refuse_expired
from simulator.messages import Answer, ArmRequest
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject

_LIFETIME = 3599
"""Seconds. Tokens live in real time: clients compare their expiry with their own clock."""


def issue(azure: Azure, request: ArmRequest) -> Answer:
    """A token for any client id and any secret, but none for a secret that has expired."""
    form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
    refuse_expired(azure, form.get("client_id", ""))
    claims = _claims(azure, form.get("client_id", ""), form.get("scope") or form.get("resource") or "")
    body: JsonObject = {
        "token_type": "Bearer",
        "expires_in": _LIFETIME,
        "ext_expires_in": _LIFETIME,
        "access_token": f"{_segment({'alg': 'none', 'typ': 'JWT'})}.{_segment(claims)}.",
    }
    return Answer(body=body)


def _claims(azure: Azure, client_id: str, scope: str) -> JsonObject:
    principal = azure.directory.with_client_id(client_id) or runner_of(azure)
    issued = int(time.time())
    return {
        "aud": scope.removesuffix("/.default"),
        "iss": f"https://sts.windows.net/{azure.world.tenant}/",
        "iat": issued,
        "nbf": issued,
        "exp": issued + _LIFETIME,
        "tid": azure.world.tenant,
        "appid": principal.client_id if principal else client_id,
        "oid": principal.object_id if principal else client_id,
        "idtyp": "app",
        "ver": "1.0",
    }


def _segment(document: JsonObject) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


ROUTES = (
    route("POST", "/{tenant}/oauth2/v2.0/token", issue),
    route("POST", "/{tenant}/oauth2/token", issue),
)
