"""Where clients follow an operation: its status and its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_aks
from simulator.messages import Answer, ArmRequest
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.operations.models import Operation


def status(azure: Azure, request: ArmRequest) -> Answer:
    """How far an operation is."""
    operation = _find(azure, request)
    return Answer(body=operation.document(), headers=_patience(operation))


def result(azure: Azure, request: ArmRequest) -> Answer:
    """202 while an operation runs, 204 afterwards (recordings of Azure CLI test traffic)."""
    operation = _find(azure, request)
    running = operation.status == "InProgress"
    return Answer(status=202 if running else 204, headers=tracking_headers(request, operation, location=True))


def tracking_headers(request: ArmRequest, operation: Operation, *, location: bool) -> dict[str, str]:
    """The headers that lead a client to an operation; AKS sends no Retry-After in any recording."""
    headers = {"Azure-AsyncOperation": operation.url(request.base, "operations"), **_patience(operation)}
    if location:
        headers["Location"] = operation.url(request.base, "operationresults")
    return headers


def _patience(operation: Operation) -> dict[str, str]:
    return {"Retry-After": str(operation.retry_after)} if operation.retry_after else {}


def _find(azure: Azure, request: ArmRequest) -> Operation:
    """The operation of a URL that came back exactly as it was given out."""
    operation = azure.operations.get(request["id"].lower())
    if operation is None or request.raw_query != operation.query:
        raise from_aks(404, "NotFound", f"The operation '{request['id']}' was not found.")
    return operation


_PATH = "/subscriptions/{subscription}/providers/Microsoft.ContainerService/locations/{location}"

ROUTES = (
    route("GET", _PATH + "/operations/{id}", status),
    route("GET", _PATH + "/operationresults/{id}", result),
)
