"""The picture of a large run: how many clusters were at what."""

import re
from datetime import timedelta

from fleet_identity.report.crowd import crowd
from fleet_identity.timeline import Phase
from tests.report.run import DONE, NOON, span

TOP, BOTTOM, LEFT, WIDE = 8.0, 128.0, 180.0, 740.0


def areas(svg: str) -> dict[str, list[tuple[float, float]]]:
    """The corners of each phase's area."""
    found = re.findall(r'<polygon class="(\w+)" points="([^"]*)"', svg)
    return {
        phase: [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]
        for phase, points in found
    }


def height_at(corners: list[tuple[float, float]], share: float) -> float:
    """How much of the whole height an area has, at a share of the whole time."""
    x = LEFT + WIDE * share
    half = len(corners) // 2
    edges = corners[:half], corners[half:][::-1]
    high, low = (_y(edge, x) for edge in edges)
    return (low - high) / (BOTTOM - TOP)


def _y(edge: list[tuple[float, float]], x: float) -> float:
    steps = zip(edge[::2], edge[1::2], strict=True)
    return next(y for (left, y), (right, _) in steps if left <= x <= right)


def test_each_counts_once() -> None:
    """Two of four clusters are updated in the first half, and one is left in the second; the rest waits or is done."""
    update, wait = (span(phase, "x", 0, 50) for phase in (Phase.UPDATE, Phase.WAITING))
    longer = span(Phase.UPDATE, "x", 0, 100)
    found = areas(crowd([(update,), (longer,), (wait,), (wait,)], NOON + timedelta(minutes=100), pace=1))
    assert height_at(found["update"], 0.25) == 0.5
    assert height_at(found["update"], 0.75) == 0.25
    assert height_at(found["waiting"], 0.25) == 0.5
    assert height_at(found["waiting"], 0.75) == 0
    assert set(found) == {"update", "waiting"}


def test_what_began_last_counts() -> None:
    """Pools of one cluster that roll together, or within something else, make one cluster of it."""
    both = (span(Phase.UPDATE, "x", 0, 100), span(Phase.ROLL, "a", 50, 100), span(Phase.ROLL, "b", 50, 100))
    found = areas(crowd([both], NOON + timedelta(minutes=100), pace=1))
    assert height_at(found["update"], 0.25) == height_at(found["roll"], 0.75) == 1
    assert height_at(found["update"], 0.75) == 0


def test_what_lasts_reaches_to_now() -> None:
    """A stretch that has not ended is counted until now; without any there is an empty picture."""
    lasts = span(Phase.UPDATE, "x", 61)
    svg = crowd([(*DONE[:2], lasts)], NOON + timedelta(minutes=100), pace=1)
    assert height_at(areas(svg)["update"], 0.99) == 1
    assert ">1 cluster<" in svg
    assert areas(crowd([], NOON, pace=1)) == {}
