"""Long-running operations of the AKS resource provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from simulator.clock import timestamp
from simulator.guid import fresh_guid

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.errors import OperationError
    from simulator.json_object import JsonObject


def _signed_query() -> str:
    """The opaque query of an operation's URL: clients give it back as it is, or find nothing."""
    proof = "&".join(f"{letter}={fresh_guid()}" for letter in "tcsh")
    return f"api-version=2016-03-30&{proof}"


@dataclass(slots=True, kw_only=True)
class Operation:
    """An operation and how far it is."""

    kind: str
    """What is going on, in AKS's words: `Updating`, `UpgradingNodeImageVersion`, ..."""
    subscription: str
    location: str
    started: datetime
    group: str = ""
    """The resource group of what it works on."""
    id: str = field(default_factory=fresh_guid)
    query: str = field(default_factory=_signed_query)
    status: Literal["InProgress", "Succeeded", "Failed"] = "InProgress"
    ended: datetime | None = None
    error: OperationError | None = None
    retry_after: int | None = None
    """What a world tells clients to wait; Azure tells nothing."""

    def url(self, base: str, collection: str) -> str:
        """Where a client reads the status (`operations`) or the result (`operationresults`)."""
        provider = f"/subscriptions/{self.subscription}/providers/Microsoft.ContainerService"
        return f"{base}{provider}/locations/{self.location}/{collection}/{self.id}?{self.query}"

    def document(self) -> JsonObject:
        """The status. Its name is the id with the byte order of .NET (recordings)."""
        body: JsonObject = {
            "name": str(UUID(bytes_le=UUID(self.id).bytes)),
            "status": self.status,
            "startTime": timestamp(self.started),
        }
        if self.ended:
            body["endTime"] = timestamp(self.ended)
        if self.error:
            body["error"] = self.error.body()
        return body
