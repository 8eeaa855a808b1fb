"""Several requests to Microsoft Graph in one (Microsoft Graph: JSON batching)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from simulator.authorization.authorize import authorize_graph
from simulator.directory.graph import ROUTES as GRAPH
from simulator.errors import ArmError
from simulator.messages import Answer, ArmRequest
from simulator.routing import Router, route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject

PATH = "/v1.0/$batch"
MOST = 20
"""Requests in one batch."""
_ROUTER = Router(GRAPH)


def batch(azure: Azure, request: ArmRequest) -> Answer:
    """200 whatever becomes of each request: every answer has a status of its own, refusals too."""
    asked = request.document().get("requests")
    if not isinstance(asked, list):
        raise ArmError(400, "BadRequest", "Invalid batch payload format.", flat=False)
    if len(asked) > MOST:
        message = f"Number of batch request steps exceeds the maximum value of {MOST}."
        raise ArmError(400, "MaximumValueExceeded", message, flat=False)
    return Answer(body={"responses": [_answered(azure, request, inner) for inner in asked]})


def _answered(azure: Azure, request: ArmRequest, inner: JsonObject) -> JsonObject:
    answer = _act(azure, _request(request, inner))
    return {
        "id": inner.get("id"),
        "status": answer.status,
        "headers": {**answer.headers, "Content-Type": "application/json"},
        "body": answer.body,
    }


def _act(azure: Azure, request: ArmRequest) -> Answer:
    try:
        authorize_graph(azure)
        return _ROUTER.answer(azure, request)
    except ArmError as error:
        return Answer(status=error.status, body=error.body(), headers=error.headers)


def _request(outer: ArmRequest, inner: JsonObject) -> ArmRequest:
    """A request of the batch, whose address is relative to the version's."""
    address = urlsplit(str(inner.get("url", "")))
    return replace(
        outer,
        method=str(inner.get("method", "GET")).upper(),
        path=f"/v1.0/{address.path.lstrip('/')}",
        raw_query=address.query,
        query=dict(parse_qsl(address.query)),
        content=json.dumps(inner.get("body", {})).encode(),
    )


ROUTES = (route("POST", "/v1.0/\\$batch", batch),)
