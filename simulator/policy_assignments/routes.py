"""Microsoft.Authorization/policyAssignments: the policies that a scope has, inherits, or holds below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_arm
from simulator.guid import derived_guid
from simulator.messages import Answer, ArmRequest, listed
from simulator.resource_id import is_within, key, subscription_of
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.world.runner import Policy

KIND = "Microsoft.Authorization/policyAssignments"
_DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"
_TAG = f"{_DEFINITIONS}/871b6d14-10aa-478d-b590-94f262ecfa99"
"""Require a tag on resources (Microsoft Learn: built-in policy definitions)."""
_TAG_AND_VALUE = f"{_DEFINITIONS}/1e30110a-5ceb-460c-a204-c1c3969c6d62"
"""Require a tag and its value on resources (the same)."""


def list_at_scope(azure: Azure, request: ArmRequest) -> Answer:
    """The policies at, above and below a scope; not below with `atScope()`."""
    scope = request["scope"]
    only_at_scope = "atscope()" in request.query.get("$filter", "").lower()
    shown = [
        policy
        for policy in azure.world.policies
        if is_within(scope, policy.scope) or (not only_at_scope and is_within(policy.scope, scope))
    ]
    return listed([_document(policy) for policy in shown])


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One assignment."""
    wanted = (key(request["scope"]), request["name"].lower())
    for policy in azure.world.policies:
        if (key(policy.scope), policy.name.lower()) == wanted:
            return Answer(body=_document(policy))
    message = f"The policy assignment '{request['name']}' is not found."
    raise from_arm(404, "PolicyAssignmentNotFound", message)


def _document(policy: Policy) -> JsonObject:
    """An assignment in the shape of API version 2023-04-01."""
    return {
        "id": f"{policy.scope}/providers/{KIND}/{policy.name}",
        "name": policy.name,
        "type": KIND,
        "properties": {
            "displayName": policy.name,
            "policyDefinitionId": _definition(policy),
            "scope": policy.scope,
            "notScopes": [],
            "parameters": _parameters(policy),
            "enforcementMode": "Default",
            "metadata": {},
        },
    }


def _definition(policy: Policy) -> str:
    """A built-in definition, or for an action one of the customer's own."""
    if policy.requires_tag is None:
        return f"/subscriptions/{subscription_of(policy.scope)}{_DEFINITIONS}/{derived_guid('policy', policy.name)}"
    return _TAG if policy.tag_value is None else _TAG_AND_VALUE


def _parameters(policy: Policy) -> JsonObject:
    given = {"tagName": policy.requires_tag, "tagValue": policy.tag_value}
    return {name: {"value": value} for name, value in given.items() if value is not None}


_PATH = "{scope*}/providers/" + KIND

ROUTES = (
    route("GET", _PATH, list_at_scope),
    route("GET", _PATH + "/{name}", get),
)
