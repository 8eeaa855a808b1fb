"""About how long a migration takes. Estimates: nobody publishes durations, and clusters differ.

An update of a cluster takes 2 to 3 minutes in recordings of the Azure CLI's tests; 15 where AKS has much to reconcile.
A node is drained and re-imaged in 5 to 10 minutes, as many at a time as surge allows, unless budgets hold it up.
"""

import math
from dataclasses import dataclass

from fleet_identity.cluster import Cluster
from fleet_identity.plan import Plan
from fleet_identity.record import Rolls
from fleet_identity.steps import AssignKubelet, AwaitPropagation, ReimagePool, Step, SwitchIdentity, UpgradePool

_UPDATE = (3.0, 15.0)
_NODE = (5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Minutes of work at least and at most, without waits for people and for images; and how many nodes roll."""

    least: float = 0.0
    most: float = 0.0
    nodes: int = 0


def estimate(plan: Plan, cluster: Cluster) -> Estimate:
    """Add up what a plan's steps take."""
    steps = (*plan.now, *plan.later)
    times = [_of(step, cluster) for step in steps]
    waits = _waits(steps)
    return Estimate(
        least=sum(time.least for time in times) + waits,
        most=sum(time.most for time in times) + waits,
        nodes=sum(time.nodes for time in times),
    )


def _waits(steps: tuple[Step, ...]) -> float:
    """Waits of one moment pass together: once before the switch, and once after it."""
    index = next((number for number, step in enumerate(steps) if isinstance(step, SwitchIdentity)), len(steps))
    return sum(_longest(part) for part in (steps[:index], steps[index:]))


def _longest(steps: tuple[Step, ...]) -> float:
    ages = [step.minimum_age.total_seconds() / 60 for step in steps if isinstance(step, AwaitPropagation)]
    return max(ages, default=0.0)


def _of(step: Step, cluster: Cluster) -> Estimate:
    match step:
        case SwitchIdentity():
            rolls = step.rolls is Rolls.PUT
        case AssignKubelet():
            rolls = True
        case ReimagePool() | UpgradePool():
            return _rolled(cluster, step.pool)
        case _:
            return Estimate()
    nodes = [_rolled(cluster, pool.name) for pool in cluster.pools] if rolls else []
    return Estimate(
        least=_UPDATE[0] + sum(one.least for one in nodes),
        most=_UPDATE[1] + sum(one.most for one in nodes),
        nodes=sum(one.nodes for one in nodes),
    )


def _rolled(cluster: Cluster, name: str) -> Estimate:
    pool = cluster.pool(name)
    if pool is None:
        return Estimate()
    turns = math.ceil(pool.count / max(pool.surge, 1))
    return Estimate(least=turns * _NODE[0], most=turns * _NODE[1], nodes=pool.count)
