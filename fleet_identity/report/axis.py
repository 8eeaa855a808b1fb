"""The paper that pictures of a run are drawn on: names to the left, time to the right. As SVG.

Alone a picture is an image of its own colours. A page that it stands in may paint it by the classes of its elements.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from fleet_identity.report.words import duration
from fleet_identity.timeline import Phase, Span, elapsed

COLOURS = {
    Phase.GRANTS: "#4e79a7",
    Phase.PROPAGATION: "#f2cf6b",
    Phase.WAITING: "#d4d4d4",
    Phase.UPDATE: "#c8553d",
    Phase.ROLL: "#3a9188",
}
"""Told apart in print and by most eyes: dark, light, pale, dark, middle."""
HEAD = 48
"""What the legend and the times below it take."""
_RIGHT = 34
"""Room for half of the last time."""
_LETTER = 6.8
"""What a letter of a name takes, as a rule."""
_TICKS = (60.0, 300.0, 600.0, 1800.0, 3600.0, 4 * 3600.0, 12 * 3600.0, 86400.0, 7 * 86400.0)
"""Seconds between two marks of the axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """How a picture is laid out."""

    left: int
    """Where time begins; before it stand the names."""
    wide: int
    """How much room time has."""
    marks: int
    """On the axis, at the most."""

    @property
    def whole(self) -> int:
        """From edge to edge."""
        return self.left + self.wide + _RIGHT

    def short(self, name: str) -> str:
        """Cut a name to what fits before time begins."""
        letters = int(self.left / _LETTER)
        return name if len(name) <= letters else f"{name[: letters - 1]}…"


BROAD = Paper(left=180, wide=740, marks=10)
"""Of a page of its own."""
NARROW = Paper(left=150, wide=410, marks=6)
"""As wide as Prefect's UI shows an image on a usual screen: one that it shrinks can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The axis of time, in seconds of Azure's."""

    paper: Paper
    began: datetime
    until: datetime
    pace: float

    @property
    def whole(self) -> float:
        """How long the run took, or has taken."""
        return max(elapsed(self.began, self.until, self.pace), 1.0)

    def x(self, moment: datetime) -> float:
        """Where a moment lies."""
        return self.at(elapsed(self.began, moment, self.pace))

    def at(self, seconds: float) -> float:
        """Where so many seconds after the beginning lie."""
        return self.paper.left + self.paper.wide * seconds / self.whole


def scale_of(spans: Iterable[Span], now: datetime, pace: float, paper: Paper) -> Scale:
    """Give the axis on which all of these have room."""
    found = list(spans)
    began = min((span.began for span in found), default=now)
    until = max((span.ended or now for span in found), default=now)
    return Scale(paper=paper, began=began, until=until, pace=pace)


def svg(paper: Paper, height: int, parts: Iterable[str], label: str) -> str:
    """Put parts on paper."""
    width = paper.whole
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12" role="group" aria-label="{label}">'
        f'<rect class="paper" width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def head(scale: Scale) -> Iterable[str]:
    """Draw what each colour means, and below it the time since the run began."""
    paper = scale.paper
    apart = min(110, (paper.whole - paper.left) // len(COLOURS))
    for number, (phase, colour) in enumerate(COLOURS.items()):
        x = paper.left + number * apart
        yield f'<rect class="{phase}" x="{x}" y="8" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="18">{phase}</text>'
    for seconds, x in _marks(scale):
        told = duration(seconds)
        yield f'<text class="dim" x="{x:.1f}" y="{HEAD - 6}" text-anchor="middle" fill="#666">{told}</text>'


def lines(scale: Scale, top: int, bottom: int) -> Iterable[str]:
    """Draw a line at each mark of the axis."""
    for _, x in _marks(scale):
        yield f'<line class="tick" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="#e6e6e6"/>'


def _marks(scale: Scale) -> Iterable[tuple[float, float]]:
    """Give the seconds that the axis marks, and where each lies."""
    most = scale.paper.marks
    step = next((tick for tick in _TICKS if scale.whole / tick <= most), ceil(scale.whole / most))
    for number in range(int(scale.whole // step) + 1):
        yield number * step, scale.at(number * step)
