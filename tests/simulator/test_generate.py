"""Generated worlds: of any size, mixed, the same for the same seed, and consistent in themselves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from simulator import SimulatorError
from simulator.generate import generated
from simulator.generate.extras import UNSUPPORTED
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import clients

if TYPE_CHECKING:
    from simulator import World

MANY = 400


@pytest.fixture(scope="module")
def fleet() -> World:
    """A fleet that is large enough for what is rare."""
    return generated(MANY, seed=5)


def test_the_seed_makes_the_world() -> None:
    """The same number and seed give the same world; another seed gives another."""
    assert generated(30, seed=1) == generated(30, seed=1) != generated(30, seed=2)


@pytest.mark.parametrize("clusters", [1, 2, 41, MANY])
def test_the_number_is_kept(clusters: int) -> None:
    """As many clusters as were asked for, under names of their own, in more than one subscription."""
    world = generated(clusters)
    assert len({cluster.name for cluster in world.clusters}) == clusters
    assert len(world.subscriptions) > 1


def test_no_cluster_at_all_is_refused() -> None:
    """A world without clusters is not what anybody wants generated."""
    with pytest.raises(SimulatorError, match="at least one cluster"):
        generated(0)
    with pytest.raises(SimulatorError, match="one subscription"):
        generated(1, subscriptions=0)


def test_the_fleet_is_mixed(fleet: World) -> None:
    """All that a fleet may meet is in it, the common more often than the rare."""
    pools = [pool for cluster in fleet.clusters for pool in cluster.node_pools]
    identities = Counter("principal" if one.identity.service_principal else "managed" for one in fleet.clusters)
    principals = Counter(one.identity.service_principal for one in fleet.clusters if one.identity.service_principal)
    assert identities["principal"] > 3 * identities["managed"] > 0
    assert max(principals.values()) > 3
    assert {registry.mode for registry in fleet.registries} == {"rbac", "abac"}
    assert {pool.os for pool in pools} == {"Linux", "Windows"}
    assert {pool.spot for pool in pools} == {bool(pool.autoscaler) for pool in pools} == {False, True}
    assert {pool.image == "newest" for pool in pools} == {False, True}
    assert {one.power for one in fleet.clusters} == {"Running", "Stopped"}
    assert any(one.operation_in_progress for one in fleet.clusters)
    assert any(one.network.route_table for one in fleet.clusters)
    assert any(one.network.outbound_public_ips for one in fleet.clusters)
    assert any(one.maintenance_windows for one in fleet.clusters)
    assert len({one.location for one in fleet.clusters}) > 3
    assert {lock.level for lock in fleet.locks} == {"CanNotDelete", "ReadOnly"}
    assert any(one.role == "Contributor" and one.scope.count("/") == 2 for one in fleet.role_assignments)


def test_secrets_end_at_assorted_times(fleet: World) -> None:
    """A few have ended, some end soon, most later; beside some there is a former one."""
    began = fleet.starts_at
    assert began
    ends = [one.secret_expires_at for one in fleet.service_principals]
    days = [(end - began).days for end in ends if end]
    assert len(days) == len(fleet.service_principals)
    assert 0 < sum(day < 0 for day in days) < sum(0 <= day <= 30 for day in days) < sum(day > 30 for day in days)
    assert {len(one.secrets) for one in fleet.service_principals} == {0, 1}


def test_some_clusters_are_monitored_far_away_or_going(fleet: World) -> None:
    """Container Insights on a third, regions without support for a few teams, and a day on which some clusters go."""
    monitored = [one for one in fleet.clusters if one.addons]
    publishers = [one for one in fleet.role_assignments if one.role == "Monitoring Metrics Publisher"]
    assert MANY / 5 < len(monitored) == len(publishers) < MANY / 2
    assert {one.location for one in fleet.clusters} > set(UNSUPPORTED.values())
    assert 0 < sum("expires" in one.tags for one in fleet.clusters) < MANY / 10
    assert not any(one.monitoring_workspace_deleted for one in fleet.clusters)


@pytest.mark.parametrize("subscriptions", [1, 3])
def test_the_number_of_subscriptions_is_kept(subscriptions: int) -> None:
    """The fleet is spread over as many as were asked for; its clusters are no others for that."""
    world = generated(60, seed=3, subscriptions=subscriptions)
    assert len(world.subscriptions) == len({cluster.subscription for cluster in world.clusters}) == subscriptions
    assert [one.name for one in world.clusters] == [one.name for one in generated(60, seed=3).clusters]


def test_it_works_before_anybody_touches_it(fleet: World, simulate: SimulatorFactory) -> None:
    """Every cluster may use its network, and all of its nodes can pull: taking any grant away is an incident."""
    harmed = fleet.model_copy(update={"role_assignments": fleet.role_assignments[1:]})
    sound, broken = simulate(fleet, pace=1), simulate(harmed, pace=1)
    assert sound.state()["broken_at_the_start"] == []
    assert broken.state()["broken_at_the_start"] != []


def test_a_week_of_its_own_harms_nobody(fleet: World, simulate: SimulatorFactory) -> None:
    """Pools scale, images come, AKS upgrades: without a migration no customer notices."""
    simulator = simulate(fleet, pace=1)
    simulator.advance(7 * 24 * 3600)
    assert len(simulator.state()["moved_by_itself"]) > MANY


async def test_spot_and_windows_pools_are_shown_as_such(simulate: SimulatorFactory) -> None:
    """The SDK reads the priority and the operating system; the fixture checks the schema of every body."""
    simulator = simulate(generated(40, seed=5), pace=1)
    async with clients(simulator) as azure:
        shown = [pool async for one in azure.aks.managed_clusters.list() for pool in one.properties.agent_pool_profiles]
    spot = [pool for pool in shown if pool.name.startswith("spot")]
    windows = [pool for pool in shown if pool.name.startswith("win")]
    assert {(pool.scale_set_priority, pool.scale_set_eviction_policy) for pool in spot} == {("Spot", "Delete")}
    assert {(pool.os_type, pool.node_image_version.split("-")[0]) for pool in windows} == {("Windows", "AKSWindows")}
