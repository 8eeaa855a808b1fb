"""Requests as they are, where no SDK of the product's has a client."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from simulator import Simulator


def ask(simulator: Simulator, path: str, body: Any = None, *, client_id: str = "client") -> tuple[int, Any]:
    """The status and the document of an answer to a GET, or with a body to a POST, of a principal."""
    trust = ssl.create_default_context(cafile=str(simulator.ca))
    form = urlencode({"client_id": client_id, "client_secret": "x", "grant_type": "client_credentials"}).encode()
    with urlopen(f"{simulator.arm}/{simulator.tenant}/oauth2/v2.0/token", data=form, context=trust) as answer:
        token = json.load(answer)["access_token"]
    content = None if body is None else json.dumps(body).encode()
    request = Request(simulator.arm + quote(path, safe="/?&=$%"), data=content)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", "application/json")
    try:
        with urlopen(request, context=trust) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)


def read(simulator: Simulator, path: str, **of: Any) -> Any:
    """The document of an answer that is 200."""
    status, document = ask(simulator, path, **of)
    assert status == 200, document
    return document


def listed(simulator: Simulator, path: str, **of: Any) -> list[Any]:
    """The values of a list."""
    return read(simulator, path, **of)["value"]
