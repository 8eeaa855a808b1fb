"""The principal that clients sign in as where a world names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.directory.models import Principal


def runner_of(azure: Azure) -> Principal | None:
    """The world's runner; whoever signs in with a client id that nobody has is it."""
    if azure.world.runner is None:
        return None
    return azure.directory.named(azure.world.runner.principal)
