"""`-o custom-columns` of kubectl: a table of what paths lead to (Kubernetes: kubectl reference)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.json_object import JsonObject

_STEP = re.compile(r"\.?((?:[^.\[\\]|\\.)+)|\[(?P<all>\*)\]|\[\?\(@\.(?P<name>\w+)==[\"'](?P<value>[^\"']*)[\"']\)\]")
_GAP = 3
"""Spaces between two columns."""


def table(items: list[JsonObject], columns: str, *, headers: bool) -> str:
    r"""Rows of the columns `NAME:.path.to.it,...`; a dot in a name is written `\.`, what is not there `<none>`."""
    described = [column.partition(":") for column in columns.split(",")]
    rows = [[_shown(item, path.strip("{}")) for _, _, path in described] for item in items]
    if headers:
        rows.insert(0, [name for name, _, _ in described])
    widths = [max(len(row[index]) for row in rows) + _GAP for index in range(len(described))] if rows else []
    lines = ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "".join(f"{line}\n" for line in lines)


def _shown(item: JsonObject, path: str) -> str:
    found: list[Any] = [item]
    for step in _STEP.finditer(path):
        found = [inner for value in found for inner in _inner(value, step)]
    return ",".join(str(value) for value in found) or "<none>"


def _inner(value: Any, step: re.Match[str]) -> list[Any]:
    if step["all"]:
        return list(value) if isinstance(value, list) else []
    if step["name"]:
        return [one for one in value if str(one.get(step["name"])) == step["value"]] if isinstance(value, list) else []
    name = re.sub(r"\\(.)", r"\1", step[1])
    return [value[name]] if isinstance(value, dict) and name in value else []
