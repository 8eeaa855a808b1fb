"""Who asks: the principal of a request's token."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.messages import ArmRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A principal as its token names it."""

    client_id: str = ""
    object_id: str = ""


def caller_of(request: ArmRequest) -> Caller:
    """The principal that a request's token was issued to; a nameless one where there is no token of ours."""
    return _read(request.headers.get("authorization", ""))


@lru_cache
def _read(authorization: str) -> Caller:
    segments = authorization.removeprefix("Bearer ").split(".")
    try:
        padded = segments[1] + "=" * (-len(segments[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
        return Caller(client_id=str(claims["appid"]), object_id=str(claims["oid"]))
    except (IndexError, KeyError, TypeError, ValueError):
        return Caller()
