"""Microsoft.Authorization/locks: the locks that a scope has, inherits, or holds below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.locks.models import KIND, Lock
from simulator.messages import Answer, ArmRequest, listed
from simulator.resource_id import is_within
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject


def list_at_scope(azure: Azure, request: ArmRequest) -> Answer:
    """The locks at, above and below a scope; not below with `atScope()`."""
    scope = request["scope"]
    only_at_scope = "atscope()" in request.query.get("$filter", "").lower()
    return listed(
        [
            _document(lock)
            for lock in azure.locks
            if is_within(scope, lock.scope) or (not only_at_scope and is_within(lock.scope, scope))
        ]
    )


def _document(lock: Lock) -> JsonObject:
    return {
        "id": f"{lock.scope}/providers/{KIND}/{lock.name}",
        "name": lock.name,
        "type": KIND,
        "properties": {"level": lock.level},
    }


ROUTES = (route("GET", "{scope*}/providers/" + KIND, list_at_scope),)
