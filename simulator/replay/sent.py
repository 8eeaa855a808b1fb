"""Sends recorded requests to a simulation, without a socket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from simulator.messages import ArmRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.replay.cassette import Interaction
    from simulator.simulation import Simulation

_BASE = "https://management.azure.com"
_PASSED_ON = ("if-match", "if-none-match", "content-type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What the simulator answered."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    document: Any


def send(simulation: Simulation, recorded: Interaction, *, path: str, query: str, content: bytes) -> Came:
    """Let the simulation answer a request.

    This is what its server does with a request that it has read: the journal, faults and locks are all in.
    """
    request = ArmRequest(
        method=recorded.method,
        base=_BASE,
        path=path,
        raw_query=query,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={name: value for name, value in recorded.request_headers.items() if name in _PASSED_ON},
        content=content,
    )
    reply = simulation.answer(request, simulation.fault_for(request))
    return Came(
        status=reply.status,
        headers={name.lower(): value for name, value in reply.headers.items()},
        document=json.loads(reply.content) if reply.content else None,
    )
