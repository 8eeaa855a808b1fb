"""Lists that show what the caller may read, and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.authorization.actions import action_of
from simulator.authorization.caller import caller_of
from simulator.resource_id import is_within
from simulator.role_assignments.rights import grants_of, may

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.messages import Answer, ArmRequest

_SUBSCRIPTIONS = re.compile(r"^/subscriptions/?$", re.IGNORECASE)
_IN_SUBSCRIPTION = re.compile(
    r"^/subscriptions/[^/]+/(resourceGroups|resources|providers/(?!Microsoft\.Authorization/)[^/]+/[^/]+)/?$",
    re.IGNORECASE,
)


def is_filtered(azure: Azure, request: ArmRequest) -> bool:
    """Whether a request lists what the caller may read instead of being refused; assumed for all but subscriptions."""
    if request.method != "GET":
        return False
    if _SUBSCRIPTIONS.match(request.path):
        return True
    return azure.world.behaviour.unreadable_list == "empty" and bool(_IN_SUBSCRIPTION.match(request.path))


def visible(azure: Azure, request: ArmRequest, answer: Answer) -> Answer:
    """An answer without what the caller may not read; without a runner in the world, as it is."""
    if azure.world.runner is None or not is_filtered(azure, request) or not isinstance(answer.body, dict):
        return answer
    principal = caller_of(request).object_id
    shown = [item for item in answer.body["value"] if _may_see(azure, principal, item)]
    return replace(answer, body={**answer.body, "value": shown})


def _may_see(azure: Azure, principal: str, item: JsonObject) -> bool:
    """A subscription is seen by whoever has a right in it, however small."""
    if "subscriptionId" in item:
        grants = grants_of(azure, principal)
        return any(is_within(grant.scope, item["id"]) or is_within(item["id"], grant.scope) for grant in grants)
    action = action_of("GET", item["id"])
    return action is not None and may(azure, principal, action.name, action.scope)
