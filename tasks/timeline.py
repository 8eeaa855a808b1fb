"""Notes what is done on which cluster, and when, for those who watch a run. Nothing that decides reads it."""

from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType

from prefect.utilities.urls import url_for

from fleet_identity.outcome import Outcome
from fleet_identity.resource_id import ResourceId
from fleet_identity.timeline import Phase, Span
from tasks.permits import permit

_BRIEF = timedelta(seconds=1)
_ENOUGH = 200
"""Spans of one cluster; a run of many rounds keeps its latest."""


@dataclass(slots=True, kw_only=True)
class Timeline:
    """One cluster's."""

    spans: list[Span] = field(default_factory=list[Span])
    run: str = ""
    """Id of the Prefect run that migrates it; "" before it has begun."""

    def begin(self, phase: Phase, what: str) -> Span:
        """Note that something begins; `end` wants what it gives."""
        span = Span(phase=phase, what=what, began=datetime.now(UTC))
        self.spans[:] = [*self.spans, span][-_ENOUGH:]
        return span

    def end(self, begun: Span) -> None:
        """Note that it has ended; a turn that came at once was no wait."""
        over = replace(begun, ended=datetime.now(UTC))
        brief = begun.phase is Phase.WAITING and over.lasts(over.began) < _BRIEF
        self.spans[:] = [over if one is begun else one for one in self.spans if not (brief and one is begun)]


Timelines = dict[ResourceId, Timeline]
_of_fleet: ContextVar[Timelines | None] = ContextVar("timelines", default=None)
_mine: ContextVar[Timeline | None] = ContextVar("timeline", default=None)


def watch_clusters() -> Timelines:
    """Give what fills as clusters are worked on, in this run and those below it."""
    timelines: Timelines = {}
    _of_fleet.set(timelines)
    return timelines


def follow(cluster_id: ResourceId, run: str = "") -> Timeline:
    """Note from now on, in this task and below, what is done on this cluster."""
    timelines = _of_fleet.get()
    timeline = Timeline() if timelines is None else timelines.setdefault(cluster_id, Timeline())
    timeline.run = run or timeline.run
    _mine.set(timeline)
    return timeline


def with_timelines(outcomes: Iterable[Outcome], timelines: Timelines) -> list[Outcome]:
    """Give each outcome all that was noted of its cluster: here, and in the process that worked on it."""
    return [_with_timeline(one, timelines.get(one.cluster_id, Timeline())) for one in outcomes]


def _with_timeline(outcome: Outcome, timeline: Timeline) -> Outcome:
    spans = {*timeline.spans, *outcome.timeline}
    return replace(outcome, timeline=tuple(sorted(spans, key=lambda span: span.began)))


@contextmanager
def noted(phase: Phase, what: str) -> Generator[None]:
    """Note how long the block takes; nothing, where no cluster is followed."""
    timeline = _mine.get()
    if timeline is None:
        yield
        return
    begun = timeline.begin(phase, what)
    try:
        yield
    finally:
        timeline.end(begun)


class Turn:
    """A permit whose queue is noted as waiting, and whose use as what it is for. May be entered again and again."""

    def __init__(self, phase: Phase, what: str) -> None:
        """Take the permit of the cluster that is being migrated."""
        self._permit, self._phase, self._what = permit(), phase, what
        self._use = ExitStack()

    async def __aenter__(self) -> None:
        """Wait for a turn."""
        with noted(Phase.WAITING, "for its turn"):
            await self._permit.__aenter__()
        self._use.enter_context(noted(self._phase, self._what))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the place as the permit does."""
        self._use.close()
        await self._permit.__aexit__(kind, error, trace)


def run_address(timeline: Timeline) -> str:
    """Give the address of a cluster's run in Prefect's UI; "" where it has none, or the UI none."""
    return (url_for("flow-run", obj_id=timeline.run) or "") if timeline.run else ""
