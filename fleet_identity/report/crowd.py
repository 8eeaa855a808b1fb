"""How many clusters of a run were at what, over its time, as SVG: a large fleet at one glance."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate, pairwise

from fleet_identity.report.axis import BROAD, COLOURS, Scale, lines, scale_of, svg
from fleet_identity.timeline import Phase, Span

_COLUMNS = 185
_TALL, _MARGIN = 120, 8
_ORDER = (Phase.ROLL, Phase.UPDATE, Phase.GRANTS, Phase.PROPAGATION, Phase.WAITING)
"""From the bottom up: what disrupts nodes first, what only waits last."""


def crowd(timelines: Sequence[Sequence[Span]], now: datetime, pace: float) -> str:
    """Draw how many clusters were at what; each counts once at any moment, by what it began last."""
    scale = scale_of((span for spans in timelines for span in spans), now, pace, BROAD)
    counts = [_at(timelines, moment, now) for moment in _moments(scale)]
    most = max((count.total() for count in counts), default=0) or 1
    height = _TALL + 2 * _MARGIN
    parts = (*lines(scale, _MARGIN, height - _MARGIN), *_areas(counts, most), *_most(most))
    return svg(BROAD, height, parts, f"How many clusters were at what, and when: at most {most} at once")


def _moments(scale: Scale) -> Iterable[datetime]:
    """Give the middle of each column."""
    return (scale.began + (scale.until - scale.began) * (number + 0.5) / _COLUMNS for number in range(_COLUMNS))


def _at(timelines: Sequence[Sequence[Span]], moment: datetime, now: datetime) -> Counter[Phase]:
    """Count what clusters were at in a moment."""
    found = ([one for one in spans if one.began <= moment < (one.ended or now)] for spans in timelines)
    return Counter(max(some, key=lambda one: one.began).phase for some in found if some)


def _areas(counts: Sequence[Counter[Phase]], most: int) -> Iterable[str]:
    edges = [list(accumulate((count[phase] for phase in _ORDER), initial=0)) for count in counts]
    for number, phase in enumerate(_ORDER):
        low, high = ([_y(edge[at], most) for edge in edges] for at in (number, number + 1))
        if low != high:
            outline = " ".join((*_steps(high), *reversed([*_steps(low)])))
            yield f'<polygon class="{phase}" points="{outline}" fill="{COLOURS[phase]}"/>'


def _y(clusters: int, most: int) -> float:
    return _MARGIN + _TALL * (1 - clusters / most)


def _steps(heights: Sequence[float]) -> Iterable[str]:
    """Give the corners of a stair, from left to right."""
    sides = pairwise(BROAD.left + BROAD.wide * number / _COLUMNS for number in range(_COLUMNS + 1))
    for height, (left, right) in zip(heights, sides, strict=True):
        yield f"{left:.1f},{height:.1f}"
        yield f"{right:.1f},{height:.1f}"


def _most(most: int) -> Iterable[str]:
    for clusters in (most, 0):
        x, y = BROAD.left - 8, _y(clusters, most) + 4
        yield f'<text class="dim" x="{x}" y="{y:.1f}" text-anchor="end" fill="#666">{_counted(clusters)}</text>'


def _counted(clusters: int) -> str:
    return "1 cluster" if clusters == 1 else f"{clusters} clusters"
