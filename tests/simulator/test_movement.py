"""What moves by itself: as planned, by what is in force at the moment, and however time is made to pass."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import ACR_PULL, Clients, clients, without_images
from tests.simulator.moving import DAY, HOUR, STILL, happened, nodes, scaled, switched, world
from tests.worlds import CLUSTER, FAMILY, GROUP, REGISTRY_ID


async def pool_shown(azure: Clients, name: str = "user") -> Any:
    """A pool as ARM shows it."""
    return await azure.aks.agent_pools.get(GROUP, CLUSTER, name)


async def test_the_autoscaler_keeps_within_its_bounds(simulate: SimulatorFactory) -> None:
    """Listed steps are taken at their time, cut at min and max; ARM shows the count and no operation."""
    simulator = simulate(world(node_pools=scaled(("1h", 4), ("2h", 99), ("3h", 0))), pace=STILL)
    async with clients(simulator) as azure:
        counts = list[tuple[int, str]]()
        for _ in range(3):
            simulator.advance(HOUR + 1)
            shown = await pool_shown(azure)
            counts.append((shown.properties.count, shown.properties.provisioning_state))
    assert counts == [(4, "Succeeded"), (6, "Succeeded"), (1, "Succeeded")]
    assert len(nodes(simulator, "user")) == 1


@pytest.mark.parametrize(("moves", "same"), [(False, True), (True, False)])
async def test_the_autoscaler_and_etags(simulate: SimulatorFactory, *, moves: bool, same: bool) -> None:
    """No source tells whether a step of the autoscaler gives the pool a new eTag: a setting decides."""
    described = world(node_pools=scaled(("1h", 4)), behaviour={"autoscaler_changes_etag": moves})
    simulator = simulate(described, pace=STILL)
    async with clients(simulator) as azure:
        before = (await pool_shown(azure)).e_tag, (await azure.cluster()).e_tag
        simulator.advance(2 * HOUR)
        after = (await pool_shown(azure)).e_tag, (await azure.cluster()).e_tag
    assert (before[0] == after[0]) is same
    assert before[1] == after[1]


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_a_node_added_between_switch_and_grant_cannot_pull(simulate: SimulatorFactory) -> None:
    """The autoscaler boots a node with the kubelet identity in force, before anybody could grant it anything."""
    simulator = simulate(world(node_pools=scaled(("75m", 3))), pace=STILL)
    async with clients(simulator) as azure:
        await switched(azure, simulator)
        assert not simulator.incidents
        simulator.advance(600)
        [incident] = simulator.incidents
        assert "pool user" in incident.cause
        assert "nothing grants it the right" in incident.cause


async def test_a_node_added_after_the_grant_can_pull(simulate: SimulatorFactory) -> None:
    """The same step once the right is effective harms nobody, though old nodes run on the old principal."""
    simulator = simulate(world(node_pools=scaled(("5h", 3))), pace=STILL)
    async with clients(simulator) as azure:
        await switched(azure, simulator)
        kubelet = (await azure.cluster()).properties.identity_profile["kubeletidentity"].object_id
        await azure.grant(kubelet, ACR_PULL, REGISTRY_ID)
        simulator.advance(5 * HOUR)
    assert len({node["kubelet"] for node in nodes(simulator, "user")}) == 2


def test_one_long_wait_moves_as_many_short_ones_do(simulate: SimulatorFactory) -> None:
    """Everything that moves happens at the same moments, whether time passes at once or in 500 pieces."""
    described = world(
        seed=3,
        node_pools=scaled(every="5h"),
        auto_upgrade={"node_os": "NodeImage"},
        images_published=[{"family": FAMILY, "at": "30h", "every": "168h"}],
        events=[
            {"at": "2h", "do": "scale", "cluster": CLUSTER, "pool": "system", "count": 4},
            {"at": "2h", "do": "update", "cluster": CLUSTER},
        ],
    )
    seen = list[tuple[list[dict[str, Any]], Any]]()
    for pieces in (1, 500):
        simulator = simulate(described, pace=STILL)
        for _ in range(pieces):
            simulator.advance(20 * DAY / pieces)
        state = simulator.state()
        moments = [one | {"at": one["at"][:19]} for one in state["moved_by_itself"]]
        seen.append((moments, state["clusters"][0]["nodes"]))
    assert seen[0] == seen[1]
    assert len(seen[0][0]) > 50


def test_chance_follows_from_the_seed(simulate: SimulatorFactory) -> None:
    """The same seed draws the same steps, also after a reset; another seed draws others."""
    drawn = list[list[str]]()
    for seed in (1, 1, 2):
        simulator = simulate(world(seed=seed, node_pools=scaled(every="1h")), pace=STILL)
        simulator.advance(2 * DAY)
        drawn.append(happened(simulator))
    simulator.reset()
    simulator.advance(2 * DAY)
    assert drawn[0] == drawn[1] != drawn[2] == happened(simulator)


@pytest.mark.parametrize("if_match", [False, True])
@pytest.mark.foreign_client("PUTs without If-Match")
@pytest.mark.expects_incidents("LostUpdate")
async def test_somebody_scales_between_get_and_put(simulate: SimulatorFactory, *, if_match: bool) -> None:
    """A pool's PUT moves the pool's eTag alone, so that the cluster's If-Match lets the stale body pass."""
    scale = {"at": "1h", "do": "scale", "cluster": CLUSTER, "pool": "user", "count": 5}
    simulator = simulate(world(events=[scale]), pace=STILL)
    async with clients(simulator) as azure:
        stale = without_images(await azure.cluster())
        simulator.advance(2 * HOUR)
        assert len(nodes(simulator, "user")) == 5
        await azure.put(stale, etag=stale.e_tag if if_match else None)
        simulator.advance(HOUR)
    assert len(nodes(simulator, "user")) == 2


async def test_somebody_updates_the_cluster_between_get_and_put(simulate: SimulatorFactory) -> None:
    """A cluster's own PUT moves its eTag: here If-Match does protect, and nothing is lost."""
    simulator = simulate(world(events=[{"at": "1h", "do": "update", "cluster": CLUSTER}]), pace=STILL)
    async with clients(simulator) as azure:
        stale = without_images(await azure.cluster())
        simulator.advance(2 * HOUR)
        with pytest.raises(HttpResponseError, match="eTag") as refused:
            await azure.put(stale, etag=stale.e_tag)
    assert refused.value.status_code == 412


async def test_other_people_are_refused_as_we_are(simulate: SimulatorFactory) -> None:
    """Who finds the cluster busy tries again until it is not; meanwhile it is busy for us."""
    busy = {"name": "Upgrading", "ends_after": "35m"}
    events = [{"at": "1m", "do": "tag", "cluster": CLUSTER, "tags": {"team": "b"}}]
    simulator = simulate(world(tags={"owner": "a"}, operation_in_progress=busy, events=events), pace=STILL)
    async with clients(simulator) as azure:
        simulator.advance(30 * 60)
        assert (await azure.cluster()).tags == {"owner": "a"}
        simulator.advance(12 * 60)
        during = await azure.cluster()
        with pytest.raises(Exception, match="Another operation \\(Updating\\) is in progress"):
            await azure.put(without_images(during), etag=during.e_tag)
    assert during.tags == {"owner": "a", "team": "b"}
    assert happened(simulator) == ["somebody tagged the cluster: team"]


def test_who_is_always_refused_gives_up(simulate: SimulatorFactory) -> None:
    """A stopped cluster refuses for ever; somebody who wants to change it stops trying."""
    events = [{"at": "1m", "do": "update", "cluster": CLUSTER}]
    simulator = simulate(world(power="Stopped", events=events), pace=STILL)
    simulator.advance(10 * DAY)
    assert happened(simulator) == ["gave up: OperationNotAllowed"]


async def test_terraform_takes_the_tags_of_others_away(simulate: SimulatorFactory) -> None:
    """Terraform puts back the tags that it knows; those that a migration has left are gone."""
    events = [{"at": "1h", "do": "terraform", "cluster": CLUSTER, "tags": {"owner": "a"}}]
    simulator = simulate(world(tags={"owner": "a", "record": "x"}, events=events), pace=STILL)
    simulator.advance(2 * HOUR)
    async with clients(simulator) as azure:
        assert (await azure.cluster()).tags == {"owner": "a"}
