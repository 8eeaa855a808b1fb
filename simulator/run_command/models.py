"""A command, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.clock import timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.errors import OperationError
    from simulator.json_object import JsonObject

MOST = 512 * 1024
"""Bytes of output that a result holds (Microsoft Learn: command invoke); that the rest is cut off is assumed."""


@dataclass(slots=True, kw_only=True)
class Command:
    """A command that runs, or has run."""

    id: str
    cluster: str
    """The key of the cluster that it runs in."""
    started: datetime
    finished: datetime | None = None
    exit_code: int = 0
    logs: str = ""
    failure: OperationError | None = None
    """Why AKS could not run it at all."""

    def document(self) -> JsonObject:
        """The result (Azure SDK: RunCommandResult)."""
        ran: JsonObject = {"exitCode": self.exit_code, "logs": self.logs.encode()[:MOST].decode(errors="ignore")}
        state = {"provisioningState": "Failed", "reason": self.failure.message} if self.failure else ran
        times = {"startedAt": timestamp(self.started), "finishedAt": timestamp(self.finished or self.started)}
        return {"id": self.id, "properties": {"provisioningState": "Succeeded", **times, **state}}
