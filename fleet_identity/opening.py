"""When several windows are open at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Protocol

from fleet_identity.spans import Span, common

HORIZON = timedelta(days=60)
"""Within which windows must open; later than that is most likely never."""
LEAST = timedelta(minutes=5)
"""How much of an opening must be left for a step to begin: between the look at the time and the PUT lie readings."""


class Window(Protocol):
    """Something that is open at times."""

    def describe(self) -> str:
        """Say what it is."""
        ...

    def open_spans(self, between: Span) -> tuple[Span, ...]:
        """Give when it is open in a stretch of time, each span whole."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When the disruptive steps of a cluster may begin, as far as can be told while they are planned."""

    windows: str
    """What is open then, in words."""
    opens: datetime
    closes: datetime

    def describe(self) -> str:
        """Say when that is, and why."""
        return f"disruptive steps may begin from {_told(self.opens)} until {_told(self.closes)}: {self.windows}"


def next_opening(
    windows: Iterable[Window], now: datetime, horizon: timedelta = HORIZON, least: timedelta = LEAST
) -> Span | None:
    """Give from when, `now` or later, and until when all windows are open, for `least` or longer.

    None if that does not begin within the horizon.
    """
    ahead = Span(start=now, end=now + horizon)
    whole = (Span(start=now, end=ahead.end + timedelta(days=1)),)  # what begins at the horizon is told with its end
    found = reduce(common, (window.open_spans(whole[0]) for window in windows), whole)
    return next((span for span in found if span.end - span.start >= least and span.start < ahead.end), None)


def named(windows: Iterable[Window]) -> str:
    """Say which windows these are."""
    return " and ".join(window.describe() for window in windows)


def never_open(windows: Sequence[Window]) -> str:
    """Say that there is no opening of all of them."""
    return (
        f"Within {HORIZON.days} days there is no time at which a step may begin: {named(windows)} must be open, for "
        f"{LEAST.seconds // 60} minutes at least, at once."
    )


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
