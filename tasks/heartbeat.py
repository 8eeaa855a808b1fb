"""Tells in the log of a run, now and then, what a long stretch waits for, and how long it usually takes."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fleet_identity.report.words import clock_time, duration, span
from fleet_identity.settings import Settings
from fleet_identity.timeline import Phase, Span, elapsed
from tasks.session import current
from tasks.timeline import Timeline

EVERY = 15 * 60.0
"""Seconds of Azure's time between two beats."""
_USUALLY = {
    Phase.GRANTS: "usually a few seconds",
    Phase.PROPAGATION: "until the grants have the age that the target asks for, an hour unless it says otherwise",
    Phase.WAITING: "as long as others are at work, or until a window opens",
    Phase.UPDATE: "usually 3 to 15 minutes",
    Phase.ROLL: "usually 5 to 10 minutes a node, several at a time, unless a disruption budget holds a drain up",
}
"""Estimates, like those of fleet_identity/estimate.py, which gives their sources."""
_log = logging.getLogger(__name__)


@asynccontextmanager
async def heartbeat(timeline: Timeline) -> AsyncGenerator[None]:
    """Tell what lasts, while the block runs."""
    beating = asyncio.create_task(_beat(timeline))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _beat(timeline: Timeline) -> None:
    while True:
        await current().clock.sleep(EVERY)
        if timeline.spans and timeline.spans[-1].ended is None:
            _log.info(still(timeline.spans[-1], datetime.now(UTC), Settings().pace))


def still(lasts: Span, now: datetime, pace: float) -> str:
    """Say what goes on, since when, and how long it usually takes; `pace` as in `elapsed`."""
    since = duration(elapsed(lasts.began, now, pace))
    return f"Still at it: {span(lasts)}, since {clock_time(lasts.began)} ({since}); {_USUALLY[lasts.phase]}."
