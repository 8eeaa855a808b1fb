"""Keeps the address of the operation that a request has started, which the SDK's own poller would hide."""

from typing import Any

from fleet_identity.gateway.protocols import Operation


class Accepted:
    """Notes what Azure answered to a request that starts a long-running operation."""

    def __init__(self) -> None:
        self.operation: Operation | None = None

    def note(self, response: Any) -> None:
        """Read an answer's headers; the address is opaque and used as Azure sent it."""
        if url := response.http_response.headers.get("Azure-AsyncOperation"):
            self.operation = Operation(url=url)
