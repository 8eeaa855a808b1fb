"""The one seam to the network: paces the SDK's own waits, and keeps ARM's clock."""

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport

from fleet_identity.clock import Clock


class PacedTransport(AioHttpTransport):
    """An aiohttp session shared by all clients, whose retries wait on our clock."""

    def __init__(self, clock: Clock) -> None:
        """Open nothing yet: the session opens with the first request, in the loop that sends it."""
        super().__init__()
        self._clock = clock
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
        """Send a request, and note what time it is in Azure."""
        response = await super().send(request, **config)
        if date := response.headers.get("Date"):
            self.observed_at = parsedate_to_datetime(date)
        return response
