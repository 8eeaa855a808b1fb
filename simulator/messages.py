"""A request to the pretended Azure, and its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.errors import from_arm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.errors import OperationError
    from simulator.json_object import JsonObject

WRITES = frozenset({"PUT", "POST", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRequest:
    """What a client sent."""

    method: str
    base: str
    """Scheme, host and port under which the client reached the simulator."""
    path: str
    raw_query: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The variable parts of the path."""
    operation_error: OperationError | None = None
    """A fault: the operation that this request starts ends with this error."""

    def __getitem__(self, parameter: str) -> str:
        """A variable part of the path."""
        return self.parameters[parameter]

    def document(self) -> JsonObject:
        """The JSON object in the body; a refusal where there is none."""
        try:
            document = json.loads(self.content or b"{}")
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise from_arm(
                400,
                "InvalidRequestContent",
                "The request content was invalid and could not be deserialized.",
            )
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the pretended Azure answers."""

    status: int = 200
    body: JsonObject | list[JsonObject] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """The body as it travels."""
        return b"" if self.body is None else json.dumps(self.body, separators=(",", ":")).encode()


def listed(values: list[JsonObject], next_link: str | None = None) -> Answer:
    """A list as ARM answers it."""
    return Answer(body={"value": values, "nextLink": next_link} if next_link else {"value": values})
