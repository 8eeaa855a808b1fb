"""A picture of a whole run as SVG: a bar a cluster, coloured by what it was spent on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from math import ceil

from fleet_identity.report.words import duration
from fleet_identity.timeline import Phase, Span, elapsed

_COLOURS = {
    Phase.GRANTS: "#4e79a7",
    Phase.PROPAGATION: "#f2cf6b",
    Phase.WAITING: "#d4d4d4",
    Phase.UPDATE: "#c8553d",
    Phase.ROLL: "#3a9188",
}
"""Told apart in print and by most eyes: dark, light, pale, dark, middle."""
_MOST = 100
"""Clusters in one picture; a page of more is not looked at."""
_NAMES, _BARS, _ROW, _TOP, _MARGIN = 150, 430, 18, 56, 12
"""Together as wide as Prefect's UI shows a picture on a usual screen: one that it shrinks can't be read."""
_MARKS, _HALF_A_MARK = 6, 30
"""On the axis, at the most; and how far the words of one reach to either side."""
_TICKS = (60.0, 300.0, 600.0, 1800.0, 3600.0, 4 * 3600.0, 12 * 3600.0, 86400.0, 7 * 86400.0)
"""Seconds between two marks of the axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A cluster of the picture."""

    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """The axis of time, in seconds of Azure's."""

    began: datetime
    whole: float
    pace: float

    def x(self, moment: datetime) -> float:
        """Where a moment lies."""
        return _NAMES + _BARS * elapsed(self.began, moment, self.pace) / self.whole


def picture(bars: Sequence[Bar], now: datetime, pace: float) -> str:
    """Draw those that anything was done on, the first of them where they are many; `pace` as in `elapsed`."""
    worked = [bar for bar in bars if bar.spans]
    shown = worked[:_MOST]
    began = min((span.began for bar in shown for span in bar.spans), default=now)
    until = max((span.ended or now for bar in shown for span in bar.spans), default=now)
    scale = _Scale(began=began, whole=max(elapsed(began, until, pace), 1.0), pace=pace)
    height = _TOP + _ROW * len(shown) + _MARGIN + (_ROW if len(worked) > len(shown) else 0)
    parts = (
        *_legend(),
        *_axis(scale, height),
        *(mark for number, bar in enumerate(shown) for mark in _bar(bar, number, scale, now)),
        *_more(len(worked) - len(shown), len(shown)),
    )
    return _svg(_NAMES + _BARS + _MARGIN, height, parts)


def _svg(width: int, height: int, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12" role="img" aria-label="What was done on each cluster, and when">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def _legend() -> Iterable[str]:
    for number, (phase, colour) in enumerate(_COLOURS.items()):
        x = _NAMES + number * 88
        yield f'<rect x="{x}" y="8" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="18">{phase}</text>'


def _axis(scale: _Scale, height: int) -> Iterable[str]:
    step = next((tick for tick in _TICKS if scale.whole / tick <= _MARKS), ceil(scale.whole / _MARKS))
    for number in range(int(scale.whole // step) + 1):
        x = _NAMES + _BARS * number * step / scale.whole
        anchor = "end" if x > _NAMES + _BARS + _MARGIN - _HALF_A_MARK else "middle"
        yield f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{height - _MARGIN}" stroke="#e6e6e6"/>'
        yield f'<text x="{x:.1f}" y="{_TOP - 14}" text-anchor="{anchor}" fill="#666">{duration(number * step)}</text>'


def _bar(bar: Bar, number: int, scale: _Scale, now: datetime) -> Iterable[str]:
    y = _TOP + number * _ROW
    yield f'<text x="{_NAMES - 8}" y="{y + 12}" text-anchor="end">{escape(_short(bar.name))}</text>'
    for span in bar.spans:
        x, until = scale.x(span.began), scale.x(span.ended or now)
        told = escape(f"{span.phase} {span.what}: {duration(elapsed(span.began, span.ended or now, scale.pace))}")
        yield (
            f'<rect x="{x:.1f}" y="{y + 2}" width="{max(until - x, 1):.1f}" height="{_ROW - 5}" '
            f'fill="{_COLOURS[span.phase]}"><title>{told}</title></rect>'
        )


def _more(left_out: int, shown: int) -> Iterable[str]:
    if left_out:
        yield f'<text x="{_NAMES}" y="{_TOP + shown * _ROW + 12}" fill="#666">and {left_out} more clusters</text>'


def _short(name: str) -> str:
    return name if len(name) <= 22 else f"{name[:21]}…"  # noqa: PLR2004 - what fits before the bars
