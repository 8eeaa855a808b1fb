"""Policies that deny (Microsoft Learn: RequestDisallowedByPolicy)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.authorization.actions import Action, action_of
from simulator.errors import from_arm
from simulator.messages import WRITES
from simulator.resource_id import is_within, name_of
from simulator.role_definitions.models import matches

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.messages import ArmRequest
    from simulator.world.runner import Policy

_TAGGED = re.compile(r"/(managedClusters|userAssignedIdentities)/[^/]+/?$", re.IGNORECASE)
"""Resources with tags: a policy in the mode Indexed looks at no others (Microsoft Learn: definition structure)."""


def refuse_disallowed(azure: Azure, request: ArmRequest) -> None:
    """Refuse a write that a policy at or above its scope denies, whoever asks."""
    if not azure.world.policies or request.method not in WRITES:
        return
    action = action_of(request.method, request.path)
    if action is None:
        return
    above = [policy for policy in azure.world.policies if is_within(action.scope, policy.scope)]
    denying = [policy for policy in above if _denies(policy, action, request)]
    if denying:
        raise from_arm(
            403,
            "RequestDisallowedByPolicy",
            f"Resource '{name_of(action.scope)}' was disallowed by policy. Policy identifiers: "
            + ", ".join(f"'{policy.name}'" for policy in denying)
            + ".",
        )


def _denies(policy: Policy, action: Action, request: ArmRequest) -> bool:
    if policy.action is not None:
        return matches(policy.action, action.name)
    return request.method == "PUT" and _TAGGED.search(request.path) is not None and _lacks_tag(policy, request)


def _lacks_tag(policy: Policy, request: ArmRequest) -> bool:
    """Names and values of tags are compared without regard to case (Microsoft Learn: definition structure)."""
    tags = {name.lower(): str(value).lower() for name, value in (request.document().get("tags") or {}).items()}
    present = tags.get(str(policy.requires_tag).lower())
    return present is None or (policy.tag_value is not None and present != policy.tag_value.lower())
