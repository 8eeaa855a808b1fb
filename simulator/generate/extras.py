"""What a fleet has beside the plain: secrets that end, monitoring, regions without support, clusters that go anyway.

Drawn apart from the rest, so that fleets of a seed have the same clusters as before there was any of this.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.generate import shares
from simulator.generate.shares import happens, one_of

if TYPE_CHECKING:
    from datetime import datetime

MONITORING = "omsagent"
UNSUPPORTED = {"dod": "usdodcentral", "cne": "chinaeast"}
"""Regions in which not every managed identity is to be had (Microsoft Learn: managed identities in AKS)."""


def apart(seed: int, *names: object) -> Random:
    """Chance of its own for one thing."""
    return Random("/".join(str(part) for part in (seed, *names)))  # noqa: S311 - chance, not cryptography


def region_of(draws: Random) -> tuple[str, str] | None:
    """Now and then a team sits in a region without support."""
    return draws.choice(list(UNSUPPORTED.items())) if happens(draws, shares.UNSUPPORTED_REGION) else None


def secrets_of(draws: Random, began: datetime) -> dict[str, Any]:
    """When the secret of a service principal ends, and that of a former one which nobody has taken away."""
    match one_of(draws, past=shares.SECRET_PAST, soon=shares.SECRET_SOON):
        case "past":
            days = -draws.randint(1, 90)
        case "soon":
            days = draws.randint(1, 30)
        case _:
            days = draws.randint(31, 720)
    ends = began + timedelta(days=days)
    former = [{"expires_at": ends - timedelta(days=365)}] if happens(draws, shares.FORMER_SECRET) else []
    return {"secret_expires_at": ends.isoformat(), "secrets": [_written(secret) for secret in former]}


def _written(secret: dict[str, datetime]) -> dict[str, str]:
    return {name: moment.isoformat() for name, moment in secret.items()}


def with_extras(draws: Random, cluster: dict[str, Any], began: datetime) -> dict[str, Any]:
    """A cluster that is perhaps monitored, and perhaps to be deleted soon, as a tag of its owners says."""
    extras: dict[str, Any] = {}
    if happens(draws, shares.MONITORED):
        extras["addons"] = [MONITORING]
    if happens(draws, shares.EXPIRES):
        day = (began + timedelta(days=draws.randint(-10, 120))).date()
        extras["tags"] = {**cluster["tags"], "expires": day.isoformat()}
    return cluster | extras
