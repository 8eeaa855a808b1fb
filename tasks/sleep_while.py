"""Long waits that can be ended."""

from collections.abc import Callable

from fleet_identity.clock import Clock

_BETWEEN_LOOKS = 300.0
"""Seconds, between looks at whether the run was stopped; asks nothing of Azure."""


async def sleep_while(go_on: Callable[[], None], clock: Clock, seconds: float) -> None:
    """Wait for `seconds` of Azure's time; `go_on` is called now and then, and raises to end the wait."""
    deadline = clock.deadline(seconds)
    while (left := deadline - clock.now()) > 0:
        go_on()
        await clock.sleep(min(left, _BETWEEN_LOOKS))
    go_on()
