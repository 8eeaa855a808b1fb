"""Deviations that are understood: each has a name, a reason and a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.replay.compare import code_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.replay.cassette import Interaction
    from simulator.replay.compare import Deviation
    from simulator.replay.sent import Came


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why the simulator differs, and who says so."""

    reason: str
    source: str
    fits: Callable[[Interaction, Came, Deviation], bool]


def reason_for(recorded: Interaction, came: Came, deviation: Deviation) -> str | None:
    """The name of the explanation of a deviation; None where there is none."""
    return next((name for name, why in EXPLAINED.items() if why.fits(recorded, came, deviation)), None)


EXPLAINED: dict[str, Explanation] = {}
