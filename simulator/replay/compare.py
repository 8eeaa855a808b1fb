"""Compares what Azure answered with what the simulator answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.guid import GUID
from simulator.replay.eras import below, day_of, of_the_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.replay.cassette import Interaction
    from simulator.replay.sent import Came

HEADERS = ("azure-asyncoperation", "location", "retry-after", "content-type")
"""The headers that clients act on."""
VALUES = frozenset({"provisioningState", "type", "name", "status", "principalType", "mode", "osType"})
"""Members whose values are compared, not just their types."""
FREE = frozenset({"tags", "nodeLabels", "config", "effectiveNoProxy"})
"""Members whose keys are their owners' choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One place where the two differ."""

    where: str
    """`status`, `header NAME`, `error code`, or the path of a member of the body."""
    expected: str
    came: str


def deviations(recorded: Interaction, came: Came) -> list[Deviation]:
    """Where the simulator's answer differs from the recorded one."""
    if recorded.status != came.status:
        return [
            _deviation("status", recorded.status, came.status),
            *_error_code(recorded.answered(), came.document),
        ]
    found = list(_headers(recorded.headers, came.headers))
    if not recorded.succeeded:
        return [*found, *_error_code(recorded.answered(), came.document)]
    return found + list(_bodies(recorded, came.document))


def _headers(recorded: Mapping[str, str], came: Mapping[str, str]) -> Iterator[Deviation]:
    for name in HEADERS:
        expected, got = _header(name, recorded.get(name)), _header(name, came.get(name))
        if expected != got:
            yield Deviation(where=f"header {name}", expected=expected, came=got)


def _header(name: str, value: str | None) -> str:
    """A header without what differs from run to run: host, ids, the query's signature, the charset."""
    if value is None:
        return "nothing"
    if name == "content-type":
        return value.partition(";")[0].strip().lower()
    if name == "retry-after":
        return "present"
    path = re.sub(r"^https?://[^/]+", "", value.partition("?")[0])
    return GUID.sub("<id>", path).lower()


def _error_code(recorded: Any, came: Any) -> Iterator[Deviation]:
    if code_of(recorded) != code_of(came):
        yield _deviation("error code", code_of(recorded), code_of(came))
    elif isinstance(recorded, dict) and isinstance(came, dict) and ("error" in recorded) != ("error" in came):
        yield _deviation("error body", *("wrapped" if "error" in body else "flat" for body in (recorded, came)))


def code_of(body: Any) -> str | None:
    """The error code of a body, flat or wrapped."""
    error = body.get("error", body) if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return str(code) if code is not None else None


def _bodies(recorded: Interaction, came: Any) -> Iterator[Deviation]:
    kind, day, expected = kind_of_body(recorded.path), day_of(recorded), recorded.answered()
    ours = of_the_day(came, expected, kind, day, ours=True)
    yield from _walk(of_the_day(expected, ours, kind, day, ours=False), ours, kind)


def kind_of_body(path: str) -> str:
    """The kind of resource that a path's answer is: the last but one segment, or the last one of a list."""
    *outer, last = [segment for segment in path.split("/") if segment]
    if last == "upgradeNodeImageVersion":
        return "agentPools"
    if outer and outer[-1] in {"subscriptions", "resourceGroups", "resourcegroups"}:
        return outer[-1]
    provider = path.rpartition("/providers/")[2].split("/")
    is_list = len(provider) % 2 == 0
    return last if is_list or not outer else outer[-1]


def _walk(expected: Any, came: Any, path: str) -> Iterator[Deviation]:
    if isinstance(expected, dict) and isinstance(came, dict):
        yield from _members(expected, came, path)
    elif isinstance(expected, list) and isinstance(came, list):
        yield from _items(expected, came, path)
    elif _type(expected) != _type(came):
        yield _deviation(path, _type(expected), _type(came))
    elif path.rpartition(".")[2] in VALUES and _plain(expected) != _plain(came):
        yield _deviation(path, expected, came)


def _members(expected: dict[str, Any], came: dict[str, Any], path: str) -> Iterator[Deviation]:
    if path.rpartition(".")[2] in FREE:
        return
    left, right = _comparable(expected), _comparable(came)
    for name in sorted(left.keys() | right.keys()):
        where = below(path, name)
        if name not in right:
            yield Deviation(where=where, expected=_type(left[name]), came="no such member")
        elif name not in left:
            yield Deviation(where=where, expected="no such member", came=_type(right[name]))
        else:
            yield from _walk(left[name], right[name], where)


def _comparable(members: dict[str, Any]) -> dict[str, Any]:
    """Members whose names are resource ids are found in any casing, whatever their GUIDs are."""
    return {GUID.sub("<id>", n).lower() if n.startswith("/") else n: value for n, value in members.items()}


def _items(expected: list[Any], came: list[Any], path: str) -> Iterator[Deviation]:
    if not expected or not came or isinstance(expected[0], str):
        if bool(expected) != bool(came):
            yield _deviation(path, f"{len(expected)} items", f"{len(came)} items")
        return
    if len(expected) != len(came):
        yield _deviation(path, f"{len(expected)} items", f"{len(came)} items")
    for left, right in zip(expected, came, strict=False):
        yield from _walk(left, right, path)


def _type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
        case _:
            return "object"


def _plain(value: Any) -> str:
    return GUID.sub("<id>", str(value)).lower()


def _deviation(where: str, expected: object, came: object) -> Deviation:
    return Deviation(where=where, expected=str(expected), came=str(came))
