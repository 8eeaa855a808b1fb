"""The one seam to the network: paces requests and the SDK's own waits, and keeps ARM's clock."""

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport

from fleet_identity.clock import Clock
from fleet_identity.gateway.arm.pacing import Pacer


class PacedTransport(AioHttpTransport):
    """An aiohttp session shared by all clients; requests wait for Azure's allowances, and retries on our clock."""

    def __init__(self, clock: Clock, pacer: Pacer | None = None) -> None:
        """Open nothing yet: the session opens with the first request, in the loop that sends it."""
        super().__init__()
        self._clock = clock
        self._pacer = pacer or Pacer(clock)
        self.observed_at = datetime.fromtimestamp(0, UTC)

    async def open(self) -> None:
        """Open the session, trusting whom SSL_CERT_FILE names now.

        aiohttp on its own reads that variable once, when it is imported; and azure-core's `connection_verify`
        makes a new context for every request, which costs the kept-alive connection.
        """
        if not self.session:
            connector = aiohttp.TCPConnector(ssl=ssl.create_default_context())
            jar = aiohttp.DummyCookieJar()
            self.session = aiohttp.ClientSession(
                connector=connector, cookie_jar=jar, trust_env=True, auto_decompress=False
            )
        await super().open()

    async def sleep(self, duration: float) -> None:
        """Wait as azure-core's retry policy asks; `duration` is in seconds of Azure's time."""
        await self._clock.sleep(duration)

    async def send(self, request: Any, **config: Any) -> Any:
        """Send a request as soon as Azure will take it, and note what time it is there."""
        async with self._pacer.turn(request.method, request.url) as turn:
            response = await super().send(request, **config)
            if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                turn.refused(response.headers)
        if date := response.headers.get("Date"):
            self.observed_at = parsedate_to_datetime(date)
        return response
