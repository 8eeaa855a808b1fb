"""Node pools with the real Azure CLI."""

import pytest

from tests.az.conftest import LogIn
from tests.worlds import CLUSTER, FAMILY, GROUP, NEW_IMAGE, OLD_IMAGE, SUBNET_ID

pytestmark = [pytest.mark.az, pytest.mark.foreign_client("the Azure CLI")]
POOLS = f"-g {GROUP} --cluster-name {CLUSTER}"


def test_pools_are_listed_and_shown(log_in: LogIn) -> None:
    """A pool's image, and the newest one that it could have."""
    here = log_in()
    assert [pool["name"] for pool in here.az(f"aks nodepool list {POOLS}")] == ["system", "user"]
    assert here.az(f"aks nodepool show {POOLS} -n user")["nodeImageVersion"] == f"{FAMILY}-{OLD_IMAGE}"
    upgrades = here.az(f"aks nodepool get-upgrades {POOLS} --nodepool-name user")
    assert upgrades["latestNodeImageVersion"] == f"{FAMILY}-{NEW_IMAGE}"


def test_a_pool_is_added(log_in: LogIn) -> None:
    """`nodepool add` makes nodes on the newest image that run as what the cluster runs as now."""
    here = log_in()
    made = here.az(f"aks nodepool add {POOLS} -n extra -c 2 --mode User --vnet-subnet-id {SUBNET_ID}")
    assert (made["provisioningState"], made["count"]) == ("Succeeded", 2)
    nodes = [node for node in here.cluster()["nodes"] if node["pool"] == "extra"]
    assert [(node["image"], node["kubelet"]) for node in nodes] == [(f"{FAMILY}-{NEW_IMAGE}", "service-principal")] * 2


def test_a_pools_image_is_upgraded(log_in: LogIn) -> None:
    """`nodepool upgrade --node-image-only` re-images that pool and no other."""
    here = log_in()
    here.az(f"aks nodepool upgrade {POOLS} -n user --node-image-only")
    images = {(node["pool"], node["image"].rpartition("-")[2]) for node in here.cluster()["nodes"]}
    assert images == {("user", NEW_IMAGE), ("system", OLD_IMAGE)}


@pytest.mark.expects_incidents("UnplannedNodeRoll")
def test_upgrading_a_clusters_images_rolls_all_pools_at_once(log_in: LogIn) -> None:
    """`aks upgrade --node-image-only` starts every pool without waiting for the one before."""
    here = log_in()
    here.az(f"aks upgrade -g {GROUP} -n {CLUSTER} --node-image-only --yes")
    here.simulator.advance(3600)
    assert {node["image"] for node in here.cluster()["nodes"]} == {f"{FAMILY}-{NEW_IMAGE}"}
