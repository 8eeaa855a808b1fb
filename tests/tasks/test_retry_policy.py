"""What Prefect's engine tries again, by the class of the error."""

import pytest
from prefect import flow, task

from fleet_identity.errors import (
    ClusterChangedError,
    NeedsHumanError,
    RightsNotEffectiveError,
    TerminalError,
    TransientError,
)
from tasks.retry_policy import READS, WRITES, RetryPolicy

pytestmark = pytest.mark.usefixtures("prefect")


@pytest.mark.parametrize(
    ("error", "policy", "calls"),
    [
        (TransientError("busy"), READS, 4),
        (TransientError("busy"), WRITES, 6),
        (RightsNotEffectiveError("not yet"), WRITES, 6),
        (ClusterChangedError("somebody was faster"), WRITES, 1),
        (NeedsHumanError("no rights"), WRITES, 1),
        (TerminalError("a defect"), WRITES, 1),
        (ValueError("a defect of ours"), WRITES, 1),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_calls(error: Exception, policy: RetryPolicy, calls: int) -> None:
    """Only what time heals is tried again, as often as the policy says; the error itself comes through."""
    made = 0

    @task(**policy)
    async def fail() -> None:
        nonlocal made
        made += 1
        raise error

    @flow
    async def run() -> None:
        await fail()

    with pytest.raises(type(error), match=str(error)):
        await run()
    assert made == calls
