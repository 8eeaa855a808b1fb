"""Turns what the SDKs raise into errors that say who acts next; nothing behind this line knows azure.core."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.identity import CredentialUnavailableError

from fleet_identity.errors import FleetIdentityError, NeedsHumanError, TransientError
from fleet_identity.gateway.arm.error_table import row, row_of_operation
from fleet_identity.gateway.arm.redact import redacted
from fleet_identity.resource_id import ResourceId

_ABSENT = frozenset({"ResourceNotFound", "NotFound"})


@contextmanager
def translated(resource: ResourceId | str, verb: str) -> Generator[None]:
    """Raise our own errors from whatever the SDK raises; `verb` tells what was being done to `resource`."""
    try:
        yield
    except AzureError as error:
        # a traceback shows the cause with all that Azure said
        told = str(error)
        raise translate(error, str(resource), verb) from (error if redacted(told) == told else None)


def translate(error: AzureError, resource: str, verb: str) -> FleetIdentityError:
    """Give our error for one of the SDK's."""
    doing = f"Could not {verb}"
    if isinstance(error, CredentialUnavailableError) or _from_entra(error):
        return NeedsHumanError(
            f"{doing}: no credential works for Azure. Sign in (`az login`), or give the runner a managed identity "
            "or a service principal in its environment.",
            resource_id=resource,
        )
    if isinstance(error, HttpResponseError):
        return _from_answer(error, resource, doing)
    if isinstance(error, ServiceRequestError | ServiceResponseError):
        why = redacted(error.message.splitlines()[0])
        return TransientError(
            f"{doing}: Azure can't be reached ({why}). Check the endpoint and the network.",
            resource_id=resource,
        )
    return TransientError(f"{doing}: {redacted(error.message)}", resource_id=resource)


def from_operation(body: dict[str, Any], resource: str) -> FleetIdentityError:
    """Give our error for an operation that was accepted and failed."""
    code, said = str(body.get("code") or ""), _words(body)
    found = row_of_operation(code, said)
    return found.kind(f"The operation failed: {said}. {found.advice}", code, resource_id=resource)


def is_absent(error: HttpResponseError) -> bool:
    """Whether the answer says that the resource itself, not its group or subscription, is not there."""
    code = error.error.code if error.error else ""
    return isinstance(error, ResourceNotFoundError) and (code or "ResourceNotFound") in _ABSENT


def _from_answer(error: HttpResponseError, resource: str, doing: str) -> FleetIdentityError:
    body = {"code": error.error.code, "message": error.error.message} if error.error else {"message": error.message}
    headers: Any = getattr(error.response, "headers", {})
    code, said, status = str(body.get("code") or ""), _words(body), error.status_code or 0
    found = row(code, said, status)
    return found.kind(
        f"{doing}: {said}. {found.advice}".strip(),
        code or f"HTTP {status}",
        headers.get("x-ms-correlation-request-id", ""),
        resource,
        _seconds(headers.get("Retry-After")),
    )


def _words(body: dict[str, Any]) -> str:
    return redacted(str(body.get("message") or "Azure gave no reason")).rstrip(". ")


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdigit() else None


def _from_entra(error: AzureError) -> bool:
    return isinstance(error, ClientAuthenticationError) and error.response is None
