"""The article's commands with the real Azure CLI, and our chain: where they end, and what happens on the way."""

import pytest

from tests.az.conftest import Here, LogIn
from tests.gateway.conftest import Connect
from tests.gateway.test_chain import migrate
from tests.two_roads import FOR_METRICS, FOR_NETWORK, KUBELET, OURS, end_of, grants_of, kinds_of, world
from tests.worlds import CLUSTER, GROUP, REGISTRY

pytestmark = [
    pytest.mark.az,
    pytest.mark.foreign_client("the Azure CLI sends no If-Match and round-trips images"),
    pytest.mark.expects_incidents("NetworkUnauthorized", "ImagePullFailed", "AddonUnauthorized"),
]
HOUR = 3600


def by_the_article(here: Here) -> None:
    """The commands of Microsoft Learn's pages on managed identity in AKS, in their order."""
    it = f"-g {GROUP} -n {CLUSTER}"
    identity = here.az(f"identity create -g {GROUP} -n id-{CLUSTER}")["id"]
    here.az(f"aks update {it} --enable-managed-identity --assign-identity {identity} --yes")
    for pool in ("system", "user"):
        here.az(f"aks nodepool upgrade -g {GROUP} --cluster-name {CLUSTER} -n {pool} --node-image-only")
    here.az(f"aks update {it} --attach-acr {REGISTRY}")
    here.simulator.advance(3 * HOUR)


async def test_two_roads_end_at_the_same_place(connect: Connect, log_in: LogIn) -> None:
    """Same end; outages on the article's road only; each grants what the other does not, and no more than that."""
    article = log_in(world())
    by_the_article(article)
    ours = await connect(world())
    await migrate(ours)
    end = end_of(ours.simulator)
    assert end == end_of(article.simulator)
    assert (end.control_plane, set(end.kubelets.values())) == (("UserAssigned", (OURS,)), {KUBELET})
    assert None not in end.addons.values()
    assert kinds_of(article.simulator) == {"NetworkUnauthorized", "ImagePullFailed", "AddonUnauthorized"}
    assert kinds_of(ours.simulator) == set()
    assert grants_of(article.simulator) <= grants_of(ours.simulator)
    assert grants_of(ours.simulator) - grants_of(article.simulator) == {FOR_NETWORK, FOR_METRICS}
