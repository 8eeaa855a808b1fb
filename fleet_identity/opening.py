"""When several windows are open at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from typing import Protocol

from fleet_identity.spans import Span, common


class Window(Protocol):
    """Something that is open at times."""

    def describe(self) -> str:
        """Say what it is."""
        ...

    def open_spans(self, between: Span) -> tuple[Span, ...]:
        """Give when it is open in a stretch of time, each span whole."""
        ...


def next_opening(windows: Iterable[Window], now: datetime, horizon: timedelta, least: timedelta) -> Span | None:
    """Give from when, `now` or later, and until when all windows are open, for `least` or longer.

    None if that does not begin within the horizon.
    """
    ahead = Span(start=now, end=now + horizon)
    whole = (Span(start=now, end=ahead.end + timedelta(days=1)),)  # what begins at the horizon is told with its end
    found = reduce(common, (window.open_spans(whole[0]) for window in windows), whole)
    return next((span for span in found if span.end - span.start >= least and span.start < ahead.end), None)
