"""Azure's Retry-After before a write is tried again."""

import pytest

from fleet_identity.errors import ClusterChangedError, FleetIdentityError, NeedsHumanError, TransientError
from tasks.retry_after import heeding_retry_after


class Waited:
    """A clock that only notes for how long it is asked to sleep."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def now(self) -> float:
        return sum(self.seconds)

    def deadline(self, seconds: float) -> float:
        return self.now() + seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (TransientError("throttled", retry_after=60.0), [60.0]),
        (TransientError("broken"), []),
        (ClusterChangedError("busy", retry_after=60.0), []),
        (NeedsHumanError("no rights", retry_after=60.0), []),
    ],
    ids=["asked to wait", "not asked", "the next round waits", "a person's"],
)
async def test_it_waits_as_long_as_azure_says(error: FleetIdentityError, waits: list[float]) -> None:
    """Before the error is handed on, so that whoever tries again reads after the wait."""
    clock = Waited()
    with pytest.raises(type(error)):
        async with heeding_retry_after(clock):
            raise error
    assert clock.seconds == waits


async def test_what_goes_well_waits_for_nothing() -> None:
    """And nothing is raised."""
    clock = Waited()
    async with heeding_retry_after(clock):
        pass
    assert clock.seconds == []
