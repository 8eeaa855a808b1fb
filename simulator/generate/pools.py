"""Node pools of a generated cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.generate import shares
from simulator.generate.shares import happens

if TYPE_CHECKING:
    from random import Random

_LINUX, _WINDOWS = "AKSUbuntu-2204gen2containerd", "AKSWindows-2022-containerd"
IMAGES = {
    _LINUX: ["202610.05.0", "202610.19.0", "202611.02.0"],
    _WINDOWS: ["20348.2700.261001", "20348.2700.261015"],
}
_SIZES = ("Standard_D4s_v5", "Standard_D8s_v5", "Standard_E8s_v5", "Standard_F16s_v2")


def pools_of(draws: Random, subnet: str | None) -> list[dict[str, Any]]:
    """One system pool, and up to three of users: plain, spot, Windows, with and without an autoscaler."""
    # one draw for all: pools of a cluster are upgraded together, and so are on one generation of images
    on_newest = happens(draws, shares.NEWEST_IMAGE)
    kinds = [
        _plain,
        *draws.choices((_plain, _spot, _windows), weights=shares.PLAIN_SPOT_WINDOWS, k=draws.randint(0, 3)),
    ]
    pools = [kind(draws, number) for number, kind in enumerate(kinds)]
    return [pool | _image(draws, pool, on_newest=on_newest) | ({"subnet": subnet} if subnet else {}) for pool in pools]


def _plain(draws: Random, number: int) -> dict[str, Any]:
    if number == 0:
        return {"name": "system", "mode": "System", "count": draws.choice((1, 3, 3, 3))}
    count = draws.randint(1, 12)
    pool = {"name": f"user{number}", "mode": "User", "count": count, "vm_size": draws.choice(_SIZES)}
    scales = happens(draws, shares.AUTOSCALER)
    return pool | ({"autoscaler": _autoscaler(draws, count)} if scales else {"max_surge": draws.choice(("1", "33%"))})


def _spot(draws: Random, number: int) -> dict[str, Any]:
    count = draws.randint(0, 8)
    pool = {"name": f"spot{number}", "mode": "User", "count": count, "spot": True}
    return pool | {"autoscaler": _autoscaler(draws, count)}


def _windows(draws: Random, number: int) -> dict[str, Any]:
    """A pool of Windows nodes; their names have at most six characters (Microsoft Learn: Windows node pools)."""
    pool = {"name": f"win{number}", "mode": "User", "count": draws.randint(1, 4), "os": "Windows"}
    return pool | {"image_family": _WINDOWS}


def _autoscaler(draws: Random, count: int) -> dict[str, Any]:
    bounds = {"min": max(0, count - draws.randint(0, 3)), "max": count + draws.randint(1, 6)}
    return bounds | {"every": f"{draws.randint(2, 24)}h"}


def _image(draws: Random, pool: dict[str, Any], *, on_newest: bool) -> dict[str, str]:
    versions = IMAGES[pool.get("image_family", _LINUX)]
    return {"image": "newest" if on_newest else draws.choice(versions[:-1])}
