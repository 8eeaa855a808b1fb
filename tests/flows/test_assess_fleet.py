"""The flow that assesses a fleet, on the real engine."""

import pytest
from prefect.client.orchestration import get_client

from fleet_identity.report.artifact_key import artifact_key
from fleet_identity.scope import Scope
from flows.assess_fleet import assess_fleet
from tests.flows.conftest import Azure
from tests.worlds import CLUSTER_ID, cluster, one_cluster

pytestmark = pytest.mark.dry_run


async def data_of(key: str) -> str:
    """Read the latest artifact of a key."""
    async with get_client() as client:
        found = await client.request("GET", "/artifacts/{key}/latest", path_params={"key": key})
    return str(found.json()["data"])


async def test_it_publishes_a_table_and_a_page_for_each_cluster(azure: Azure) -> None:
    """People read the fleet, cluster by cluster, in Prefect's UI."""
    azure(one_cluster(clusters=[cluster("a"), cluster("b", power="Stopped")]))
    assessed = await assess_fleet(Scope())
    assert [one.cluster.id.name for one in assessed] == ["a", "b"]
    assert "ClusterStopped" in await data_of("assessment-clusters")
    page = await data_of(artifact_key("assessment", assessed[1].cluster.id.text))
    assert "The cluster is stopped" in page


def test_keys_tell_clusters_of_one_name_apart() -> None:
    """Prefect keeps a history by key: two clusters must never share one."""
    other = CLUSTER_ID.replace("rg-prod", "rg-other")
    assert artifact_key("assessment", CLUSTER_ID) != artifact_key("assessment", other)
    assert artifact_key("assessment", CLUSTER_ID.upper()) == artifact_key("assessment", CLUSTER_ID)
    assert artifact_key("x", "/a/My_Cluster.1").startswith("x-my-cluster-1-")
