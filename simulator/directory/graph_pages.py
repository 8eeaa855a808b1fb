"""Lists of Microsoft Graph come in pages of 100, or of what `$top` asks for (Microsoft Graph: paging)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from simulator.directory.graph_filters import selected, unsupported
from simulator.messages import Answer, ArmRequest

if TYPE_CHECKING:
    from simulator.json_object import JsonObject

_USUAL, _MOST = 100, 999


def page(request: ArmRequest, objects: list[JsonObject]) -> Answer:
    """The objects of a page, with what `$select` names of them, and the address of the next page."""
    start, size = _number(request, "$skiptoken", 0), min(_number(request, "$top", _USUAL), _MOST)
    shown = [selected(one, request.query.get("$select")) for one in objects[start : start + size]]
    if start + size >= len(objects):
        return Answer(body={"value": shown})
    query = urlencode({**request.query, "$skiptoken": start + size}, safe="$")
    return Answer(body={"@odata.nextLink": f"{request.base}{request.path}?{query}", "value": shown})


def _number(request: ArmRequest, name: str, usual: int) -> int:
    """The number that a query names."""
    written = request.query.get(name, str(usual))
    if not written.isdigit():
        raise unsupported(f"Invalid value '{written}' for {name} query option found.")
    return int(written)
