"""Secrets that have expired: Entra gives no token for one (Microsoft Learn: AADSTS error codes)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.authorization.runner import runner_of
from simulator.errors import ArmError

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject


class InvalidClientError(ArmError):
    """Entra's refusal, in the shape of OAuth."""

    def body(self) -> JsonObject:
        """The error document (RFC 6749)."""
        return {"error": self.code, "error_description": self.message, "error_codes": [7000222]}


def refuse_expired(azure: Azure, client_id: str) -> None:
    """Refuse a principal whose secret has ended."""
    principal = azure.directory.with_client_id(client_id) or runner_of(azure)
    ends = principal.secret_expires_at if principal else None
    if principal is None or ends is None or ends > azure.now:
        return
    message = f"AADSTS7000222: The provided client secret keys for app '{principal.client_id}' are expired."
    raise InvalidClientError(401, "invalid_client", message, flat=False)
