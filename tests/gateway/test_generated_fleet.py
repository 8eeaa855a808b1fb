"""A generated fleet, planned by the product: what the generator put in is what the planner finds."""

from __future__ import annotations

from collections import Counter

import pytest

from fleet_identity.observe import observe_and_plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from simulator.generate import generated
from tests.gateway.conftest import Connect

CLUSTERS = 60
UNSUPPORTED = {"usdodcentral", "usdodeast", "usgoviowa"}


@pytest.mark.dry_run
async def test_every_cluster_can_be_planned(connect: Connect) -> None:
    """On a service principal, what is stopped, locked, of unknown registries or far away is blocked, and no other."""
    world = generated(CLUSTERS, seed=11)
    here = await connect(world.model_dump(exclude_unset=True))
    ids = {cluster["arm"]["name"]: cluster["id"] for cluster in here.simulator.state()["clusters"]}
    plans = {name: await observe_and_plan(here.azure, ResourceId(one), Target()) for name, one in ids.items()}
    wide = {one.principal for one in world.role_assignments if one.role == "Contributor"}
    locked = {lock.name.removeprefix("keep-") for lock in world.locks}
    found = Counter[str]()
    for cluster in world.clusters:
        on_principal = cluster.identity.service_principal is not None
        hindered = cluster.power == "Stopped" or cluster.location == "usdodcentral"
        blocked = on_principal and (hindered or cluster.name in locked or cluster.identity.service_principal in wide)
        assert plans[cluster.name].blocked is blocked or not on_principal, cluster.name
        assert bool(plans[cluster.name].now) is not blocked or not on_principal, cluster.name
        found[f"blocked: {blocked}, on a principal: {on_principal}"] += 1
    assert len(found) == 3
