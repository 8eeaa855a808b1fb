"""Policies that deny (Microsoft Learn: RequestDisallowedByPolicy)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.authorization.actions import action_of
from simulator.errors import from_arm
from simulator.messages import WRITES
from simulator.resource_id import is_within, name_of
from simulator.role_definitions.models import matches

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.messages import ArmRequest


def refuse_disallowed(azure: Azure, request: ArmRequest) -> None:
    """Refuse a write that a policy at or above its scope denies, whoever asks."""
    if not azure.world.policies or request.method not in WRITES:
        return
    action = action_of(request.method, request.path)
    if action is None:
        return
    denying = [
        policy
        for policy in azure.world.policies
        if is_within(action.scope, policy.scope) and matches(policy.action, action.name)
    ]
    if denying:
        raise from_arm(
            403,
            "RequestDisallowedByPolicy",
            f"Resource '{name_of(action.scope)}' was disallowed by policy. Policy identifiers: "
            + ", ".join(f"'{policy.name}'" for policy in denying)
            + ".",
        )
