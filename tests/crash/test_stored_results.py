"""No stored result decides anything, not even where an operator has Prefect keep all of them."""

import pytest

from tests.crash.conftest import Azure, Work
from tests.worlds import FAMILY, cluster, one_cluster, pool

pytestmark = pytest.mark.alone


@pytest.mark.crash
def test_a_retried_run_asks_azure_again(azure: Azure, prefect: str, work: Work) -> None:
    """A cluster that waited for an image when the run ended is rolled when it is retried after the image came out."""
    waits = cluster("a", node_pools=[pool("system", image="newest")], pulls_from=[])
    world = azure(one_cluster(clusters=[waits]))
    worker = work(prefect, world, PREFECT_RESULTS_PERSIST_BY_DEFAULT="true")
    run = worker.new_run()
    assert worker.end(run, worker.start(run)) == "WaitingForNodeImage"
    world.publish_image(FAMILY, "202612.01.0")
    worker.ask_for_retry(run)
    assert worker.end(run, worker.start(run)) == "Migrated"
    assert {node["image"] for node in world.state()["clusters"][0]["nodes"]} == {f"{FAMILY}-202612.01.0"}
