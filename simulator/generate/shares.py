"""How common each thing is in a generated fleet, as a share of its kind; all of it is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

# of teams
ABAC_REGISTRY = 0.15
WIDE_ROLE = 0.1
ROUTE_TABLE = 0.3
UNSUPPORTED_REGION = 0.03

# of service principals
SECRET_PAST = 0.04
SECRET_SOON = 0.15
FORMER_SECRET = 0.3
"""One that has ended, beside the one in use."""

# of clusters
USER_ASSIGNED = 0.1
SYSTEM_ASSIGNED = 0.05
OWN_NETWORK = 0.7
OUTBOUND_IP = 0.2
"""Of those with a network of their own that no route table leads out of."""
PULLS = 0.85
ONE_POOL_AT_A_TIME = 0.5
NEWEST_IMAGE = 0.15
STOPPED = 0.04
BUSY = 0.03
AUTO_UPGRADE = 0.3
WINDOW = 0.6
"""Of those that upgrade by themselves."""
MONITORED = 0.35
EXPIRES = 0.05
"""Its owners have tagged it with a day on which it goes."""
LOCKED_NODES = 0.04
LOCKED_CLUSTER = 0.01

# of pools
AUTOSCALER = 0.4
PLAIN_SPOT_WINDOWS = (6, 2, 2)


def happens(draws: Random, share: float) -> bool:
    """Whether one of a kind belongs to the share."""
    return draws.random() < share


def one_of(draws: Random, **shares: float) -> str | None:
    """The share that one of a kind belongs to, of several that exclude each other; None for the rest."""
    draw = draws.random()
    for name, share in shares.items():
        if draw < share:
            return name
        draw -= share
    return None
