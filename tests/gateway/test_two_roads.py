"""The article's order and ours, on the same world: where they end, and what happens on the way."""

import pytest

from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.gateway.conftest import UNHURRIED, Connect
from tests.gateway.test_chain import migrate
from tests.simulator.clients import ACR_PULL, clients
from tests.two_roads import FOR_METRICS, FOR_NETWORK, KUBELET, OURS, end_of, grants_of, kinds_of, world
from tests.worlds import CLUSTER, REGISTRY_ID

HOUR = 3600


async def by_the_article(simulator: Simulator) -> None:
    """Identity, switch, each pool's image, and the registry at the end (Microsoft Learn: managed identity in AKS)."""
    async with clients(simulator) as azure:
        await azure.switch((await azure.identity(f"id-{CLUSTER}")).id)
        simulator.advance(HOUR)
        for pool in ("system", "user"):
            await azure.upgrade(pool)
            simulator.advance(HOUR)
        profile = (await azure.cluster()).as_dict()["properties"]["identityProfile"]
        await azure.grant(profile["kubeletidentity"]["objectId"], ACR_PULL, REGISTRY_ID)
        simulator.advance(HOUR)


@pytest.mark.expects_incidents("NetworkUnauthorized", "ImagePullFailed", "AddonUnauthorized")
async def test_two_roads_end_at_the_same_place(connect: Connect, simulate: SimulatorFactory) -> None:
    """Same identities, nodes and add-ons; outages on the article's road, none on ours."""
    article = simulate(world(), pace=1)
    await by_the_article(article)
    ours = await connect(world(), pace=UNHURRIED)
    await migrate(ours)
    end = end_of(ours.simulator)
    assert end == end_of(article)
    assert end.control_plane == ("UserAssigned", (OURS,))
    assert set(end.kubelets.values()) == {KUBELET}
    assert None not in end.addons.values()
    assert kinds_of(article) == {"NetworkUnauthorized", "ImagePullFailed", "AddonUnauthorized"}
    assert kinds_of(ours.simulator) == set()


@pytest.mark.expects_incidents("NetworkUnauthorized", "ImagePullFailed", "AddonUnauthorized")
async def test_our_grants_are_the_articles_and_the_networks(connect: Connect, simulate: SimulatorFactory) -> None:
    """All that the article grants is granted by us; the subnet and the monitoring add-on, which it forgets, as well."""
    article = simulate(world(), pace=1)
    await by_the_article(article)
    ours = await connect(world())
    await migrate(ours)
    assert grants_of(ours.simulator) - grants_of(article) == {FOR_NETWORK, FOR_METRICS}
    assert grants_of(article) - grants_of(ours.simulator) == set()
