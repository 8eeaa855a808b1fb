"""How other people, and AKS itself, act: as requests, which meet the same states and refusals as a client's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.errors import ArmError
from simulator.locks.models import refuse_locked
from simulator.messages import WRITES, ArmRequest
from simulator.routes import ROUTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.messages import Answer

_CONFLICT = 409
_ATTEMPTS = 100
"""After so many somebody gives up; assumed."""


def ask(azure: Azure, method: str, path: str, body: JsonObject | None = None) -> Answer:
    """Let Azure answer somebody else's request; it is in no journal, for no client of ours has sent it."""
    if method in WRITES:
        refuse_locked(azure, method, path)
    content = json.dumps(body).encode() if body is not None else b""
    return ROUTER.answer(azure, ArmRequest(method=method, base="", path=path, content=content))


def read(azure: Azure, path: str) -> JsonObject:
    """A resource's document, a copy of its own."""
    return json.loads(ask(azure, "GET", path).content())


def insist(azure: Azure, cluster: str, act: Callable[[], str], attempts: int = _ATTEMPTS) -> None:
    """Act, and write down what was done; try again later where something else is going on (409)."""
    try:
        done = act()
    except ArmError as error:
        if error.status == _CONFLICT and attempts > 1:
            moment = azure.now + azure.world.timing.retry_by_others
            azure.timeline.at(moment, lambda: insist(azure, cluster, act, attempts - 1))
            return
        done = f"gave up: {error.code}"
    azure.history.add(azure.now, cluster, done)
