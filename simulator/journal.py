"""What clients asked, and what they were answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from simulator.messages import Answer, ArmRequest

DROPPED = 0
"""The status of an exchange whose connection was closed without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer."""

    n: int
    at: datetime
    method: str
    path: str
    query: Mapping[str, str]
    status: int
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str]
    request_content: bytes
    response_content: bytes

    @property
    def api_version(self) -> str | None:
        """The API version that the client asked for."""
        return self.query.get("api-version")

    @property
    def user_agent(self) -> str:
        """What the client calls itself."""
        return self.request_headers.get("user-agent", "")

    @property
    def request_body(self) -> Any:
        """The request's JSON; of a form its fields; None where there is neither."""
        if self.request_headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return {name: values[0] for name, values in parse_qs(self.request_content.decode()).items()}
        return _parsed(self.request_content)

    @property
    def response_body(self) -> Any:
        """The answer's JSON; None where there is none."""
        return _parsed(self.response_content)


class Journal:
    """All exchanges since the start, control requests left out."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def record(self, at: datetime, request: ArmRequest, answer: Answer, content: bytes) -> None:
        """Write an exchange down."""
        exchange = Exchange(
            n=len(self.exchanges) + 1,
            at=at,
            method=request.method,
            path=request.path,
            query=request.query,
            status=answer.status,
            request_headers=request.headers,
            response_headers=answer.headers,
            request_content=request.content,
            response_content=content,
        )
        self.exchanges.append(exchange)


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None
