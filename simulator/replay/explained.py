"""Deviations that are understood: each has a name, a reason and a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.replay.compare import Deviation, code_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.replay.cassette import Interaction
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


def _is_basic_sku(recorded: Interaction, came: Came, deviation: Deviation) -> bool:
    return deviation == _RENAMED


def _is_unsupported(recorded: Interaction, came: Came, deviation: Deviation) -> bool:
    """The simulator's own words, which Azure never has."""
    return "The simulator does not" in str(came.document)


def _is_caller_refused(recorded: Interaction, came: Came, deviation: Deviation) -> bool:
    return recorded.status == _FORBIDDEN and code_of(recorded.answered()) in _NO_RIGHTS and came.status < _REFUSED


def _is_busy_backend(recorded: Interaction, came: Came, deviation: Deviation) -> bool:
    return recorded.status in _PASSING


_RENAMED = Deviation(where="managedClusters.sku.name", expected="Basic", came="Base")
_FORBIDDEN, _REFUSED = 403, 400
_NO_RIGHTS = frozenset({"AuthorizationFailed", "LinkedAuthorizationFailed", "Authorization_RequestDenied"})
_PASSING = frozenset({429, 500, 502, 503, 504})

EXPLAINED: dict[str, Explanation] = {
    "sku-renamed": Explanation(
        reason="The SKU that was called Basic is called Base; the simulator speaks the newer name.",
        source="recordings of Azure CLI test traffic: Basic up to 2022-10-25, Base on 2023-06-29",
        fits=_is_basic_sku,
    ),
    "request-not-simulated": Explanation(
        reason="The simulator has the resource but not this request on it, and says so.",
        source="simulator/routing.py",
        fits=_is_unsupported,
    ),
    "caller-may-do-everything": Explanation(
        reason="In a replay the caller may do everything, for the recorder's own account is not in a recording.",
        source="assumed",
        fits=_is_caller_refused,
    ),
    "passing-failure": Explanation(
        reason="Azure was throttled or failed for a moment; a recording does not tell why (429, 500, 502, 503, 504).",
        source="recordings of Azure CLI test traffic: 502 and 504 answered to polls",
        fits=_is_busy_backend,
    ),
}
