"""Reads VCR cassettes: YAML files of requests and the responses that Azure gave."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

import yaml

from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class CassetteError(SimulatorError):
    """A file that is no cassette; one sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One recorded request and its response."""

    number: int
    method: str
    url: SplitResult
    request_headers: Mapping[str, str]
    request: bytes
    status: int
    headers: Mapping[str, str]
    """Of the response; names in lower case, the first value of each."""
    response: bytes

    @property
    def path(self) -> str:
        """The path, unescaped."""
        return unquote(self.url.path)

    @property
    def at(self) -> datetime | None:
        """When Azure answered, by its own clock."""
        try:
            moment = parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError):
            return None
        return moment.replace(tzinfo=moment.tzinfo or UTC)

    @property
    def succeeded(self) -> bool:
        """Whether Azure did what was asked."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def made(self) -> bool:
        """Whether the request created what its path names."""
        return self.method == "PUT" and self.status == HTTPStatus.CREATED

    def sent(self) -> Any:
        """The JSON that was sent; None where there is none."""
        return _json(self.request)

    def answered(self) -> Any:
        """The JSON that was answered; None where there is none."""
        return _json(self.response)


def read(path: Path) -> list[Interaction]:
    """The interactions of a file; CassetteError where it has none to offer."""
    document = _document(path)
    found = document.get("interactions") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise CassetteError(f"{path}: this is no cassette: it has no list of interactions")
    read_all = [_interaction(number, entry) for number, entry in enumerate(found)]
    return [interaction for interaction in read_all if interaction is not None]


def _document(path: Path) -> Any:
    try:
        return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 # both are safe
    except OSError as error:
        raise CassetteError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CassetteError(f"{path}: this is not YAML: {' '.join(str(error).split())}") from None


def _interaction(number: int, entry: Any) -> Interaction | None:
    """What can be made of an entry; None where it lacks a request or a status."""
    try:
        asked, got = entry["request"], entry["response"]
        status = got["status"]["code"] if isinstance(got["status"], dict) else got["status"]
        headers = _headers(got.get("headers"))
        return Interaction(
            number=number,
            method=str(asked.get("method", "GET")).upper(),
            url=urlsplit(str(asked.get("uri") or asked["url"])),
            request_headers=_headers(asked.get("headers")),
            request=_bytes(asked.get("body"), {}),
            status=int(status),
            headers=headers,
            response=_bytes(got.get("body"), headers),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _headers(headers: Any) -> dict[str, str]:
    if not isinstance(headers, dict):
        return {}
    values = {
        str(name).lower(): value[0] if isinstance(value, list) and value else value for name, value in headers.items()
    }
    return {name: str(value) for name, value in values.items()}


def _bytes(body: Any, headers: Mapping[str, str]) -> bytes:
    """A body as text, as bytes, as `string` or `base64_string`, compressed or not."""
    if isinstance(body, dict):
        if "base64_string" in body:
            return _inflated(_unbased(str(body["base64_string"])), headers)
        body = body.get("string")
    if isinstance(body, bytes):
        return _inflated(body, headers)
    if isinstance(body, (dict, list)):
        return json.dumps(body).encode()
    return str(body).encode(errors="replace") if body else b""


def _unbased(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _inflated(body: bytes, headers: Mapping[str, str]) -> bytes:
    try:
        if body[:2] == b"\x1f\x8b":
            return gzip.decompress(body)
        if headers.get("content-encoding", "").lower() == "deflate":
            return zlib.decompress(body)
    except (OSError, EOFError, zlib.error):
        return b""
    return body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body.strip() else None
    except (ValueError, RecursionError):
        return None
