"""Open connections, so that a fault can close one without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from asyncio import Transport

    from starlette.requests import Request


class TrackedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it; remembers who is connected."""

    open: ClassVar[dict[tuple[str, int], Transport]] = {}

    def connection_made(self, transport: Any) -> None:
        """A client has connected."""
        super().connection_made(transport)
        if self.client:
            self.open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """A client has gone."""
        if self.client:
            self.open.pop(self.client, None)
        super().connection_lost(exc)


async def drop(request: Request) -> None:
    """Close the connection of a request, and wait until it is gone."""
    client = request.scope.get("client")
    if client and (transport := TrackedProtocol.open.get(tuple(client))):
        transport.abort()
    await gone(request)


async def gone(request: Request) -> None:
    """Wait until the client of a request has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
