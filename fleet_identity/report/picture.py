"""A picture of a whole run as SVG: a bar a cluster, coloured by what it was spent on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from fleet_identity.report.axis import BROAD, COLOURS, HEAD, NARROW, Scale, head, lines, scale_of, svg
from fleet_identity.report.words import duration
from fleet_identity.timeline import Span, elapsed

_MOST = 100
"""Clusters in one image; more of them are too small to be looked at."""
_ROW, _MARGIN = 18, 12
_TOP = HEAD + 8
_LABEL = "What was done on each cluster, and when"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A cluster of the picture."""

    name: str
    spans: tuple[Span, ...]
    anchor: str = ""
    """Where the page that the picture stands in tells more of it; "" for nowhere."""


def picture(bars: Sequence[Bar], now: datetime, pace: float) -> str:
    """Draw those that anything was done on, the first of them where they are many; `pace` as in `elapsed`."""
    worked = _worked(bars)
    shown = worked[:_MOST]
    scale = scale_of(_spans(shown), now, pace, NARROW)
    height = _TOP + _ROW * len(shown) + _MARGIN + (_ROW if len(worked) > len(shown) else 0)
    rows = _rows(shown, _TOP, scale, now)
    more = _more(len(worked) - len(shown), len(shown))
    return svg(NARROW, height, (*head(scale), *lines(scale, HEAD, height - _MARGIN), *rows, *more), _LABEL)


def in_two(bars: Sequence[Bar], now: datetime, pace: float) -> tuple[str, str]:
    """Draw the legend with the axis, which a page can keep in sight, and apart from it all bars, however many."""
    worked = _worked(bars)
    scale = scale_of(_spans(worked), now, pace, BROAD)
    height = _ROW * len(worked) + _MARGIN
    below = (*lines(scale, 0, height - _MARGIN), *_rows(worked, 0, scale, now))
    return svg(BROAD, HEAD, head(scale), "Colours, and the time since the run began"), svg(BROAD, height, below, _LABEL)


def _worked(bars: Sequence[Bar]) -> list[Bar]:
    return [bar for bar in bars if bar.spans]


def _spans(bars: Iterable[Bar]) -> Iterable[Span]:
    return (span for bar in bars for span in bar.spans)


def _rows(bars: Sequence[Bar], top: int, scale: Scale, now: datetime) -> Iterable[str]:
    return (mark for number, bar in enumerate(bars) for mark in _bar(bar, top + number * _ROW, scale, now))


def _bar(bar: Bar, y: int, scale: Scale, now: datetime) -> Iterable[str]:
    shown = escape(scale.paper.short(bar.name))
    name = f'<text x="{scale.paper.left - 8}" y="{y + 12}" text-anchor="end">{shown}</text>'
    yield f'<a href="#{bar.anchor}">{name}</a>' if bar.anchor else name
    for span in bar.spans:
        x, until = scale.x(span.began), scale.x(span.ended or now)
        told = escape(f"{span.phase} {span.what}: {duration(elapsed(span.began, span.ended or now, scale.pace))}")
        # the edge, of the colour of the paper, tells one pool's roll from the next one's
        yield (
            f'<rect class="{span.phase}" x="{x:.1f}" y="{y + 2}" width="{max(until - x, 1):.1f}" height="{_ROW - 5}" '
            f'fill="{COLOURS[span.phase]}" stroke="#fff" stroke-width=".5"><title>{told}</title></rect>'
        )


def _more(left_out: int, shown: int) -> Iterable[str]:
    if left_out:
        y = _TOP + shown * _ROW + 12
        yield f'<text class="dim" x="{NARROW.left}" y="{y}" fill="#666">and {left_out} more clusters</text>'
