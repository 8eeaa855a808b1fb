"""What stands between a request and the provider that answers it, in the order in which ARM has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.authorization.authorize import authorize
from simulator.authorization.policies import refuse_disallowed
from simulator.authorization.tenants import refuse_other_tenant
from simulator.locks.models import refuse_locked
from simulator.messages import WRITES
from simulator.throttling.throttle import throttle_aks, throttle_arm

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.messages import ArmRequest


def admit(azure: Azure, request: ArmRequest) -> None:
    """Let a request through, or refuse it; assumed: the gateway's own checks come before the provider counts."""
    refuse_other_tenant(azure, request)
    throttle_arm(azure, request)
    authorize(azure, request)
    refuse_disallowed(azure, request)
    if request.method in WRITES and request.path.lower().startswith("/subscriptions/"):
        refuse_locked(azure, request.method, request.path)
    throttle_aks(azure, request)
