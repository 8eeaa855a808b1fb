"""Fleets that are rolled out in tests: small specs, what a run came to, and who was changed while another was."""

from datetime import timedelta
from typing import Any

from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.outcome import Outcome, State
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from flows.migrate_fleet import migrate_fleet
from simulator import Simulator
from tasks.conclude import outcomes_of, state_of
from tests.worlds import SUBSCRIPTION, cluster, one_cluster, pool

AT_ONCE = Target(minimum_grant_age_minutes=0)
"""Grants are in effect at once in these worlds."""
SLOW = 600.0
"""A pace at which a PUT lasts longer than Prefect needs to start all runs."""
UPDATE = timedelta(minutes=30)
_ROLL = "/upgradeNodeImageVersion"


def fleet(*members: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A world in which grants are in effect at once."""
    timing = {"update": f"{UPDATE.seconds}s", "role_propagation": 0}
    return one_cluster(clusters=list(members)) | {"timing": timing} | changes


def rolls(name: str, **changes: Any) -> dict[str, Any]:
    """A cluster whose only pool rolls after the switch."""
    return cluster(name, node_pools=[pool("system")], pulls_from=[], **changes)


def waits(name: str, **changes: Any) -> dict[str, Any]:
    """A cluster whose pool runs the newest image: a switch, and then nothing to do but wait."""
    return cluster(name, node_pools=[pool("system", image="newest")], pulls_from=[], **changes)


def group(name: str, pattern: str, **changes: Any) -> Group:
    """A group of the clusters whose name fits."""
    return Group(name=name, name_pattern=pattern, **changes)


def spec(*stages: Stage, target: Target = AT_ONCE, **strategy: Any) -> FleetSpec:
    """A spec for all clusters of the subscription."""
    scope = Scope(subscriptions=(SUBSCRIPTION,))
    return FleetSpec(scope=scope, target=target, strategy=Strategy(stages=stages, **strategy))


async def carry_out(found: FleetSpec) -> dict[str, Outcome]:
    """Run a fleet; give each cluster's outcome by its name."""
    return await _ended(found, dry_run=False)


async def plans(found: FleetSpec) -> dict[str, Outcome]:
    """Plan a fleet; give each cluster's outcome by its name."""
    return await _ended(found, dry_run=True)


async def _ended(found: FleetSpec, *, dry_run: bool) -> dict[str, Outcome]:
    outcomes = await outcomes_of(await state_of(migrate_fleet(fleet=found, dry_run=dry_run, return_state=True)))
    return {one.cluster_id.name: one for one in outcomes}


def states(outcomes: dict[str, Outcome]) -> dict[str, State]:
    """The state of each."""
    return {name: one.state for name, one in outcomes.items()}


def switched(simulator: Simulator) -> list[str]:
    """The clusters that were PUT, in that order."""
    return [one.path.rsplit("/", 1)[-1] for one in simulator.journal if is_switch(one.method, one.path)]


def disrupted(simulator: Simulator) -> list[str]:
    """The clusters in the order in which they were switched or rolled."""
    paths = [one.path for one in simulator.journal if is_switch(one.method, one.path) or one.path.endswith(_ROLL)]
    return [path.split("/")[8] for path in paths]


def is_switch(method: str, path: str) -> bool:
    """Whether a request is a PUT of a cluster."""
    return method == "PUT" and path.lower().rsplit("/", 2)[-2] == "managedclusters"


def in_flight(simulator: Simulator) -> list[set[str]]:
    """At each PUT of a cluster: which PUTs were under way then, its own among them."""
    puts = [(one.at, one.path.rsplit("/", 1)[-1]) for one in simulator.journal if is_switch(one.method, one.path)]
    return [{name for began, name in puts if at - UPDATE < began <= at} for at, _ in puts]
