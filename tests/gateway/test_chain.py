"""The chain of steps through the real SDK, without Prefect: what Azure looks like at its end, and what it costs."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fleet_identity.allow_list import AllowList
from fleet_identity.apply import apply
from fleet_identity.observe import observe_and_plan
from fleet_identity.plan import Plan
from fleet_identity.planner import BY_DEFAULT
from fleet_identity.resource_id import ResourceId
from fleet_identity.steps import AssignRole, AwaitPropagation, ReimagePool, Step, SwitchIdentity
from fleet_identity.target import Target
from tests.gateway.conftest import Connect, Connected
from tests.worlds import CLUSTER_ID, NEW_IMAGE, ROUTE_TABLE_ID, SP_CLIENT_ID, cluster, one_cluster, pool

PLAIN = Target()
Mutation = Callable[[tuple[Step, ...]], tuple[Step, ...]]


async def migrate(
    here: Connected,
    *,
    mutate: Mutation = lambda steps: steps,
    target: Target = PLAIN,
    allow: AllowList = BY_DEFAULT,
    cluster_id: str = CLUSTER_ID,
) -> Plan:
    """Observe, plan and apply until there is nothing left to do; look inside where the target says so."""
    for _ in range(8):
        inside = await here.azure.look_inside(ResourceId(cluster_id)) if target.in_cluster_checks else None
        plan = await observe_and_plan(here.azure, ResourceId(cluster_id), target, allow, inside)
        if not plan.now:
            return plan
        for step in mutate(plan.now):
            await apply(step, here.azure, here.clock)
    raise AssertionError("the migration does not come to an end")


def the_cluster(here: Connected) -> dict[str, Any]:
    return here.simulator.state()["clusters"][0]


def writes(here: Connected) -> Counter[str]:
    kinds = (
        f"{exchange.method} {exchange.path.rstrip('/').split('/')[-2]}"
        for exchange in here.simulator.journal
        if exchange.method in {"PUT", "POST", "DELETE", "PATCH"} and "oauth2" not in exchange.path
    )
    return Counter(kinds)


async def test_it_ends_on_the_managed_identities(connect: Connect) -> None:
    """The control plane runs on its identity, every kubelet on the cluster's, and the tags tell what was before."""
    here = await connect(one_cluster())
    plan = await migrate(here)
    it = the_cluster(here)
    kubelet = it["arm"]["properties"]["identityProfile"]["kubeletidentity"]["clientId"]
    assert it["arm"]["identity"]["type"] == "UserAssigned"
    assert {(node["kubelet"], node["image"].rsplit("-", 1)[-1]) for node in it["nodes"]} == {(kubelet, NEW_IMAGE)}
    assert it["arm"]["tags"]["fleet-identity-service-principal"] == SP_CLIENT_ID
    assert [verdict.verdict for verdict in plan.verdicts] == ["likely", "likely"]


async def test_it_writes_nothing_twice(connect: Connect) -> None:
    """One identity, one grant a need, one PUT of the cluster, one roll a pool."""
    here = await connect(one_cluster())
    await migrate(here)
    assert writes(here) == {
        "PUT userAssignedIdentities": 1,
        "PUT roleAssignments": 2,
        "PUT managedClusters": 1,
        "POST system": 1,
        "POST user": 1,
    }


@pytest.mark.dry_run
async def test_a_migrated_cluster_costs_one_read(connect: Connect) -> None:
    """Planning a cluster that was never on a service principal reads it, and nothing around it."""
    world = one_cluster(
        identity={"user_assigned": "id-prod"},
        pulls_from=[],
        user_assigned_identities=[{"name": "id-prod", "resource_group": "rg-prod"}],
    )
    world["role_assignments"][0]["principal"] = "id-prod"
    here = await connect(world)
    plan = await migrate(here)
    assert not plan.now
    assert len([exchange for exchange in here.simulator.journal if "oauth2" not in exchange.path]) == 1


async def test_unknown_properties_survive(connect: Connect) -> None:
    """What is newer than our SDK goes back to Azure as it came."""
    here = await connect(one_cluster(extra_properties={"galacticProfile": {"enabled": True, "depth": 7}}))
    await migrate(here)
    assert the_cluster(here)["arm"]["properties"]["galacticProfile"] == {"enabled": True, "depth": 7}


async def test_route_tables_are_found_through_their_subnets(connect: Connect) -> None:
    """A route table that the old principal could write is granted to the new identity as well."""
    world = one_cluster(network={"route_table": ROUTE_TABLE_ID})
    world["role_assignments"].append({"principal": "sp-prod", "role": "Network Contributor", "scope": ROUTE_TABLE_ID})
    here = await connect(world)
    await migrate(here)
    assert writes(here)["PUT roleAssignments"] == 3


async def test_a_pool_on_the_newest_image_waits(connect: Connect) -> None:
    """Nothing is sent for a pool that has nothing to be re-imaged to; the plan says what it waits for."""
    here = await connect(one_cluster(node_pools=[pool("system", image="newest"), pool("user", mode="User")]))
    plan = await migrate(here)
    assert [waiting.pool for waiting in plan.waiting] == ["system"]
    assert [verdict.verdict for verdict in plan.verdicts] == ["unknown", "likely"]
    assert "POST system" not in writes(here)


async def test_a_new_image_takes_the_waiting_pool_up(connect: Connect) -> None:
    """Once the next image is out, the same call finishes the migration."""
    here = await connect(one_cluster(node_pools=[pool("system", image="newest")]))
    await migrate(here)
    here.simulator.publish_image("AKSUbuntu-2204gen2containerd", "202611.09.0")
    plan = await migrate(here)
    assert not plan.waiting
    assert [verdict.verdict for verdict in plan.verdicts] == ["likely"]


async def test_an_operation_in_progress_is_waited_for(connect: Connect) -> None:
    """Grants go on while somebody else upgrades the cluster; the switch waits for its end."""
    here = await connect(one_cluster(operation_in_progress={"name": "Upgrading", "ends_after": "2h"}))
    plan = await migrate(here)
    assert not plan.now
    assert writes(here)["PUT managedClusters"] == 1
    assert all(exchange.status < 400 for exchange in here.simulator.journal if exchange.method == "PUT")


async def test_abac_registries_get_the_role_that_they_honour(connect: Connect) -> None:
    """On a registry in ABAC mode AcrPull is worth nothing: nodes get Container Registry Repository Reader."""
    world = one_cluster()
    world["registries"][0]["mode"] = "abac"
    world["role_assignments"][1]["role"] = "Container Registry Repository Reader"
    here = await connect(world)
    await migrate(here)


def careless(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, none of which looks at its grants again, as a naive chain has it."""
    looking = SwitchIdentity | ReimagePool
    return tuple(replace(step, grants=()) if isinstance(step, looking) else step for step in steps)


def without_grants(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(step for step in careless(steps) if not isinstance(step, AssignRole | AwaitPropagation))


def without_waits(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(step for step in careless(steps) if not isinstance(step, AwaitPropagation))


def pull_role_after_the_roll(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if not any(isinstance(step, ReimagePool) for step in steps):
        return steps
    return tuple(sorted(without_waits(steps), key=lambda step: isinstance(step, AssignRole)))


@pytest.mark.expects_incidents("NetworkUnauthorized", "ImagePullFailed")
@pytest.mark.parametrize("mutate", [without_grants, without_waits])
async def test_skipping_grants_or_waits_is_an_outage(connect: Connect, mutate: Mutation) -> None:
    """Our chain without its grants, or without its waits, does harm: so the absence of incidents means something."""
    here = await connect(one_cluster(timing={"role_propagation": "50m"}), pace=2000)  # slow enough to be too early
    await migrate(here, mutate=mutate)


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_a_late_pull_role_is_an_outage(connect: Connect) -> None:
    """The pull role granted after the roll, as the article has it, leaves nodes that can't pull."""
    here = await connect(one_cluster())
    await migrate(here, mutate=pull_role_after_the_roll)


@pytest.mark.parametrize("propagation", ["1m", "59m"])
async def test_however_slow_propagation_is_within_the_documented_hour(connect: Connect, propagation: str) -> None:
    """Whatever propagation takes up to the documented hour, nothing breaks."""
    await migrate(await connect(one_cluster(timing={"role_propagation": propagation})))


async def test_both_answers_for_a_pool_on_the_newest_image(connect: Connect) -> None:
    """Whether Azure would answer 304 or do nothing silently: we look before, and ask for neither."""
    for answer in ("accepted", "not_modified"):
        here = await connect(
            one_cluster(behaviour={"newest_image_answer": answer}, node_pools=[pool("system", image="newest")])
        )
        plan = await migrate(here)
        assert [waiting.pool for waiting in plan.waiting] == ["system"]


async def test_a_shared_principal_does_not_hand_out_its_union(connect: Connect) -> None:
    """Two clusters on one principal each get the rights on their own subnet, not on the other's."""
    other = SUBNET_OF_THE_OTHER
    world = one_cluster(clusters=[cluster(), cluster("prod-weu-02", node_pools=[pool("system", subnet=other)])])
    world["role_assignments"].append({"principal": "sp-prod", "role": "Network Contributor", "scope": other})
    here = await connect(world)
    await migrate(here)
    scopes = [grant["properties"]["scope"] for grant in here.simulator.state()["role_assignments"]]
    assert scopes.count(other) == 1


SUBNET_OF_THE_OTHER = ROUTE_TABLE_ID.replace("routeTables/egress", "virtualNetworks/other/subnets/nodes")
