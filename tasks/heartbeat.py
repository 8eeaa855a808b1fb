"""Tells in the log of a run, now and then, what a long stretch waits for, and how long it usually takes."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fleet_identity.log_context import about
from fleet_identity.progress import Progress
from fleet_identity.report.words import duration, span
from fleet_identity.settings import Settings
from fleet_identity.timeline import Phase, Span, elapsed
from tasks.session import current
from tasks.timeline import Timeline

EVERY = 15 * 60.0
"""Seconds of Azure's time between two beats."""
LONG = 5 * 60.0
"""Seconds of Azure's time that something must last to be told: a beat may come the moment after it has begun."""
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
async def heartbeat(timeline: Timeline, name: str) -> AsyncGenerator[None]:
    """Tell what lasts on the cluster of this name, while the block runs."""
    beating = asyncio.create_task(_beat(timeline, name))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _beat(timeline: Timeline, name: str) -> None:
    about.set(name)  # of this task alone
    while True:
        await current().clock.sleep(EVERY)
        if timeline.spans and (told := still(name, timeline.spans[-1], datetime.now(UTC), Settings().pace)):
            _log.info(told, extra={"progress": Progress(lasts=True)})


def still(name: str, last: Span, now: datetime, pace: float) -> str:
    """Say what goes on for how long, and how long it usually takes; "" of what is over, or has only just begun.

    The duration is Azure's, as `pace` makes it; the moment in which it began would be the machine's.
    """
    lasts = elapsed(last.began, now, pace)
    if last.ended is not None or lasts < LONG:
        return ""
    return f"Still at it on {name}, for {duration(lasts)}: {span(last)}; {_USUALLY[last.phase]}."
